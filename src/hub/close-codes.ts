/**
 * The closed table of close codes (RFC 6455, section 7.4; 4000 and up are ours) and reasons. `retry`: whether the client may
 * reconnect automatically.
 */
export const CLOSE = {
  restarting: { code: 1012, reason: 'server is restarting', retry: true },
  policy: { code: 1008, reason: 'policy violation', retry: false },
  replaced: { code: 4000, reason: 'replaced', retry: false },
  signedOut: { code: 4001, reason: 'signed out', retry: false },
  tooSlow: { code: 4008, reason: 'too slow', retry: true },
  flooding: { code: 4029, reason: 'too many frames', retry: true },
} as const;

/** Close codes of failures. Only `Connection.fail` uses them, so that the cause is always logged. */
export const FAILURE = {
  /** The database is unavailable, or the server is overloaded. */
  tryLater: { code: 1013, reason: 'try again later', retry: true },
  internal: { code: 1011, reason: 'internal error', retry: true },
} as const;

/** For a client whose next events are not kept any more: it reconnects, and is told to read again. */
export const BEHIND = { code: CLOSE.tooSlow.code, reason: 'events that it missed are gone' } as const;

const RETRIED = new Map<number, boolean>(
  [...Object.values(CLOSE), ...Object.values(FAILURE)].map((one) => [one.code, one.retry]),
);

/** Whether a client that was closed with this code may reconnect automatically. */
export function mayRetry(code: number): boolean {
  return RETRIED.get(code) ?? false;
}

/** The argument of `Connection.close`. */
export type CloseReason = { readonly code: (typeof CLOSE)[keyof typeof CLOSE]['code']; readonly reason: string };

export type FailureReason = (typeof FAILURE)[keyof typeof FAILURE];
