/** Ids and secrets of incoming hooks, in forms that the clients of Slack and Discord take: digits, and letters with digits. */
import { createHash, randomInt } from 'node:crypto';

/** As many digits as a snowflake of Discord has. */
const ID = /^[1-9]\d{17}$/;
/** Characters of a secret, as Discord's have. */
const SECRET_LENGTH = 68;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const HALF = 1_000_000_000;

export type HookSecret = { readonly secret: string; readonly digest: Buffer };

export function newHookId(): string {
  return `${randomInt(HALF / 10, HALF)}${String(randomInt(HALF)).padStart(9, '0')}`;
}

export function newHookSecret(): HookSecret {
  const secret = Array.from({ length: SECRET_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return { secret, digest: digestOf(secret) };
}

export function isHookId(text: string): boolean {
  return ID.test(text);
}

/** Null: no hook has such a secret. */
export function digestOfSecret(text: string): Buffer | null {
  return text.length === SECRET_LENGTH ? digestOf(text) : null;
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
