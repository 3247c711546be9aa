/** The reason why Koine cannot start, in one actionable line. */
import { ConfigError } from '../config/config.ts';

export function startFailure(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const { address, port } = error as { address?: string; port?: number };
  if (error instanceof ConfigError) return `invalid settings: ${message}`;
  if (code === 'EADDRINUSE') return `port ${port} is in use on ${address}; choose another with PORT`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} needs root privileges; choose one above 1023 with PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `this machine has no address ${address ?? 'of that name'}; check HOST`;
  // A package for this platform is missing, or was built for another platform.
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED')
    return `a package is not installed: run npm ci, without --omit=optional (${firstLine(message)})`;
  return firstLine(message) || code || 'unknown reason';
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] as string;
}
