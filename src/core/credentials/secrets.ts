/** Secrets that the server makes for people: 120 random bits in groups of letters, of which the database has a digest. */
import { createHash } from 'node:crypto';
import { Secret } from 'otpauth';

const BYTES = 15;
const GROUP = /.{4}(?=.)/g;
/** A typed secret: in any case, with or without dashes and spaces. */
const TYPED = /^[a-z2-7]{24}$/;
const TYPED_MAX = 64;

/** As `abcd-efgh-…`, six groups of four. */
export function newSecret(): string {
  return new Secret({ size: BYTES }).base32.toLowerCase().replace(GROUP, '$&-');
}

/** The digest of a secret as it was typed; null: it cannot be one. */
export function digestOfSecret(typed: string): Uint8Array | null {
  if (typed.length > TYPED_MAX) return null;
  const secret = typed.replace(/[\s-]/g, '').toLowerCase();
  return TYPED.test(secret) ? createHash('sha256').update(secret).digest() : null;
}
