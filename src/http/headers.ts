/**
 * Default security headers of every response: no scripts, no MIME sniffing, no framing, no caching. A route may
 * override them.
 */

export type AnswerHeaders = Readonly<Record<string, string>>;

const SECURITY_HEADERS: AnswerHeaders = {
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
const HSTS = { 'strict-transport-security': 'max-age=31536000' };

/** Adds HSTS for a year when the public URL is https. */
export function answerHeaders(publicUrl: string | undefined): AnswerHeaders {
  return publicUrl?.startsWith('https:') ? { ...SECURITY_HEADERS, ...HSTS } : SECURITY_HEADERS;
}
