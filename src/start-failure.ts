/** Why Koine cannot start, in one line that a person can act on. */
import { ConfigError } from './config.ts';

export function startFailure(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const { address, port } = error as { address?: string; port?: number };
  if (error instanceof ConfigError) return `bad settings: ${message}`;
  if (code === 'EADDRINUSE') return `port ${port} is in use on ${address}; choose another with PORT`;
  if (code === 'EACCES' && port !== undefined) return `port ${port} needs more rights; choose one above 1023 with PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `this machine has no address ${address ?? 'of that name'}; check HOST`;
  return message;
}
