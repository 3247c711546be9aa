/**
 * Authenticates what nodes send each other through Redis: a message is taken only from a holder of the installation's
 * secret, and only on the channel for which it was made.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of the tag: HMAC-SHA-256 cut to half its length (RFC 2104, section 5, allows no less). */
const TAG = 16;

/** `tag` followed by `content`. */
export function seal(key: Uint8Array, channel: string, content: string): string {
  return tagOf(key, channel, content).toString('base64url') + content;
}

/** Characters of a tag in base64url. */
const TAG_LENGTH = Math.ceil((TAG * 4) / 3);

/** @returns the content, or null when the message was not sealed with this key for this channel */
export function unseal(key: Uint8Array, channel: string, message: Buffer): string | null {
  const content = message.subarray(TAG_LENGTH);
  const given = Buffer.from(message.toString('latin1', 0, TAG_LENGTH), 'base64url');
  if (given.length !== TAG || !timingSafeEqual(given, tagOf(key, channel, content))) return null;
  return content.toString();
}

/** A channel has no line feed in its name, so the two parts cannot be divided in another way. */
function tagOf(key: Uint8Array, channel: string, content: string | Buffer): Buffer {
  return createHmac('sha256', key).update(`${channel}\n`).update(content).digest().subarray(0, TAG);
}
