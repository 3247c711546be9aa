/** Why we close a socket: the closed table of codes (RFC 6455, section 7.4; 4000 and up are ours) and reasons. */
export const CLOSE = {
  /** The database is away, or too much is going on. */
  tryLater: { code: 1013, reason: 'try again later' },
  restarting: { code: 1012, reason: 'server is restarting' },
  policy: { code: 1008, reason: 'policy violation' },
  internal: { code: 1011, reason: 'internal error' },
  replaced: { code: 4000, reason: 'replaced' },
  signedOut: { code: 4001, reason: 'signed out' },
  tooSlow: { code: 4008, reason: 'too slow' },
  flooding: { code: 4029, reason: 'too many frames' },
} as const;

export type CloseReason = { readonly code: number; readonly reason: string };
