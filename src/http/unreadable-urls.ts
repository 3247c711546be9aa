/**
 * URLs that the router would refuse before any hook runs: broken percent-encoding, or an overlong path segment. They
 * are routed under a placeholder, so that the refusal is counted, logged and worded like any other.
 */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';

/** Characters of a path parameter: fits the longest name of an account or a room in any Unicode form. */
export const MAX_PARAM = 1_024;
/** Replaces an unreadable path segment. */
const PLACEHOLDER = '-';

/** The URL that the router sees. */
export function routableUrl({ url = '/' }: IncomingMessage): string {
  if (isPlain(url)) return url;
  const end = endOfPath(url);
  const parts = url.slice(0, end).split('/');
  return parts.map((part) => (faultIn(part) === null ? part : PLACEHOLDER)).join('/') + url.slice(end);
}

export function unreadable(url: string): AppError | null {
  if (isPlain(url)) return null;
  for (const part of url.slice(0, endOfPath(url)).split('/')) {
    const fault = faultIn(part);
    if (fault !== null) return fault;
  }
  return null;
}

/** Fast path for most URLs. */
function isPlain(url: string): boolean {
  return url.length <= MAX_PARAM && !url.includes('%');
}

function endOfPath(url: string): number {
  const end = url.search(/[?#]/);
  return end === -1 ? url.length : end;
}

function faultIn(part: string): AppError | null {
  try {
    return decodeURIComponent(part).length > MAX_PARAM ? new AppError('too_large') : null;
  } catch {
    return new AppError('invalid', { message: 'the path is not percent-encoded UTF-8' });
  }
}
