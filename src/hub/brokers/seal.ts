/**
 * Authenticates messages between nodes that travel through Redis: a node accepts a message only from a holder of the
 * installation's secret, and only on the channel for which it was sealed.
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

/** Channel names have no line feed, so the boundary between name and content is unambiguous. */
function tagOf(key: Uint8Array, channel: string, content: string | Buffer): Buffer {
  return createHmac('sha256', key).update(`${channel}\n`).update(content).digest().subarray(0, TAG);
}
