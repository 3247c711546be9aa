/** Access tokens as text: `koine_` and the base64url of the session's id and a secret, of which the database has a digest. */
import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'koine_';
const ID_BYTES = 16;
const SECRET_BYTES = 26;
const CHARACTERS = ((ID_BYTES + SECRET_BYTES) * 4) / 3;
const ANYWHERE = new RegExp(`${PREFIX}[\\w-]{${CHARACTERS}}`);

export type AccessTokenParts = { readonly id: string; readonly digest: Buffer };

export function isAccessToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** Whether the text contains what looks like one. */
export function hasAccessToken(text: string): boolean {
  return text.includes(PREFIX) && ANYWHERE.test(text);
}

/** Null: it is none. */
export function readAccessToken(token: string): AccessTokenParts | null {
  if (token.length !== PREFIX.length + CHARACTERS) return null;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  if (bytes.length !== ID_BYTES + SECRET_BYTES) return null;
  return partsOf(bytes);
}

export function newAccessToken(): AccessTokenParts & { readonly token: string } {
  const bytes = randomBytes(ID_BYTES + SECRET_BYTES);
  return { token: PREFIX + bytes.toString('base64url'), ...partsOf(bytes) };
}

function partsOf(bytes: Buffer): AccessTokenParts {
  const hex = bytes.subarray(0, ID_BYTES).toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { id, digest: createHash('sha256').update(bytes.subarray(ID_BYTES)).digest() };
}
