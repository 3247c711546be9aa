/** Tells push services who calls (VAPID, RFC 8292): by a key that browsers were given when they subscribed. */
import { createECDH, createPrivateKey, sign } from 'node:crypto';
import { CURVE } from './encryption.ts';

export type Vapid = {
  /** The public key, as browsers take it: base64url of 65 bytes. */
  readonly publicKey: string;
  /** The header for a call of that URL. `contact`: where the service's operator finds ours, an https URL; null: nowhere. */
  authorization(url: string, contact: string | null): string;
};

/** Seconds; a day is the most that services accept. */
const TTL = 12 * 3_600;

/** `seed`: 32 bytes, which are the private key. */
export function createVapid(seed: Uint8Array): Vapid {
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(seed);
  const point = ecdh.getPublicKey();
  const publicKey = point.toString('base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((one) => one.toString('base64url')) as [
    string,
    string,
  ];
  const d = Buffer.from(seed).toString('base64url');
  const key = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, x, y }, format: 'jwk' });

  return {
    publicKey,

    authorization: (url, contact): string => {
      const claims = {
        aud: new URL(url).origin,
        exp: Math.floor(Date.now() / 1_000) + TTL,
        ...(contact !== null && { sub: contact }),
      };
      const text = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`;
      const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
      return `vapid t=${text}.${signature.toString('base64url')}, k=${publicKey}`;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
