/** Encrypts a message for one browser (RFC 8291, over RFC 8188): the push service in between cannot read it. */
import { createCipheriv, createECDH, ECDH, hkdfSync, randomBytes } from 'node:crypto';

/** `p256dh`: an uncompressed point of P-256, 65 bytes. `auth`: a secret of 16 bytes. */
export type BrowserKeys = { readonly p256dh: Uint8Array; readonly auth: Uint8Array };

export const CURVE = 'prime256v1';
/** Bytes: push services take 4096, of which the rest is head, padding delimiter and tag. */
export const MAX_PAYLOAD = 3_993;
const RECORD = 4_096;
const SALT = 16;
const LAST_RECORD = Buffer.of(2);

/** Whether it is a point of the curve: only then can something be encrypted for it. */
export function isPoint(p256dh: Uint8Array): boolean {
  try {
    ECDH.convertKey(p256dh, CURVE);
    return true;
  } catch {
    return false;
  }
}

/** `salt`, `privateKey`: random, but for the test vector of the RFC. @returns the body of the request */
export function encrypt(
  payload: Uint8Array,
  { p256dh, auth }: BrowserKeys,
  { salt, privateKey }: { readonly salt: Uint8Array; readonly privateKey?: Uint8Array } = { salt: randomBytes(SALT) },
): Buffer {
  const ecdh = createECDH(CURVE);
  if (privateKey === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(privateKey);
  const own = ecdh.getPublicKey();
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, own]);
  const secret = derive(ecdh.computeSecret(p256dh), { salt: auth, info, bytes: 32 });
  const ofContent = (name: string) => Buffer.from(`Content-Encoding: ${name}\0`);
  const key = derive(secret, { salt, info: ofContent('aes128gcm'), bytes: 16 });
  const nonce = derive(secret, { salt, info: ofContent('nonce'), bytes: 12 });
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(RECORD);
  head.writeUInt8(own.length, 4);
  return Buffer.concat([
    ...[salt, head, own],
    ...[cipher.update(payload), cipher.update(LAST_RECORD), cipher.final(), cipher.getAuthTag()],
  ]);
}

type Derivation = { readonly salt: Uint8Array; readonly info: Uint8Array; readonly bytes: number };

function derive(secret: Uint8Array, { salt, info, bytes }: Derivation): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
}
