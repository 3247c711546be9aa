/**
 * URLs that the router would refuse before any hook runs: their percent-encoding is broken, or a part of the path is too
 * long. They are routed under a harmless spelling, so that what is refused is counted, logged and worded like any request.
 */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.ts';

/** Characters of a path's variable part: the longest name of an account or a room, however it is written in Unicode. */
export const MAX_PARAM = 1_024;
/** Stands for a part of a path that cannot be read. */
const PLACEHOLDER = '-';

/** The URL to look for a route by. */
export function routableUrl({ url = '/' }: IncomingMessage): string {
  if (isPlain(url)) return url;
  const end = endOfPath(url);
  const parts = url.slice(0, end).split('/');
  return parts.map((part) => (faultIn(part) === null ? part : PLACEHOLDER)).join('/') + url.slice(end);
}

/** What is wrong with the path of a URL as it came. */
export function unreadable(url: string): AppError | null {
  if (isPlain(url)) return null;
  for (const part of url.slice(0, endOfPath(url)).split('/')) {
    const fault = faultIn(part);
    if (fault !== null) return fault;
  }
  return null;
}

/** Most are. */
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
