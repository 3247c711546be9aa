/** Seals bytes (AES-256-GCM), so that only this installation reads them, and only where they belong. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Seal = {
  /** `place`: where the bytes belong. */
  close(bytes: Uint8Array, place: string): Buffer;
  /** Null: not sealed here, or for another place. */
  open(sealed: Uint8Array, place: string): Buffer | null;
};

export function createSeal(key: Uint8Array): Seal {
  return {
    close: (bytes, place): Buffer => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },

    open: (sealed, place): Buffer | null => {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
      const opener = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(place));
      opener.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([opener.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), opener.final()]);
      } catch {
        return null;
      }
    },
  };
}
