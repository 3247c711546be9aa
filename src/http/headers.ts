/** What every answer says to browsers, unless a route knows better: run nothing, guess nothing, show it in no frame, keep nothing. */

export type AnswerHeaders = Readonly<Record<string, string>>;

const SAFE: AnswerHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
};
const ALWAYS_ENCRYPTED = { 'strict-transport-security': 'max-age=31536000' };

/** Who is found by https is to be asked so for a year. */
export function answerHeaders(publicUrl: string | undefined): AnswerHeaders {
  return publicUrl?.startsWith('https:') ? { ...SAFE, ...ALWAYS_ENCRYPTED } : SAFE;
}
