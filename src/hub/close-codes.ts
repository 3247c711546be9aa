/**
 * Why the server closes a socket: the closed table of codes (RFC 6455, section 7.4; 4000 and up are ours) and reasons. `retry`: whether
 * the client may connect again by itself.
 */
export const CLOSE = {
  restarting: { code: 1012, reason: 'server is restarting', retry: true },
  policy: { code: 1008, reason: 'policy violation', retry: false },
  replaced: { code: 4000, reason: 'replaced', retry: false },
  signedOut: { code: 4001, reason: 'signed out', retry: false },
  tooSlow: { code: 4008, reason: 'too slow', retry: true },
  flooding: { code: 4029, reason: 'too many frames', retry: true },
} as const;

/** After a failure: only `Connection.fail` closes with one of these, and it hands over the cause to be logged. */
export const FAILURE = {
  /** The database is away, or too much is going on. */
  tryLater: { code: 1013, reason: 'try again later', retry: true },
  internal: { code: 1011, reason: 'internal error', retry: true },
} as const;

/** What `Connection.close` takes. */
export type CloseReason = { readonly code: (typeof CLOSE)[keyof typeof CLOSE]['code']; readonly reason: string };

export type FailureReason = (typeof FAILURE)[keyof typeof FAILURE];
