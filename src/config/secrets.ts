/** Generated secrets, stored in the data directory with mode 0600. */
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../store/folders.ts';

const BYTES = 32;

/** Returns the named secret, generating it on first use. Concurrent processes end up with the same one. */
export async function loadOrCreateSecret(dataDir: string, name: string): Promise<Uint8Array> {
  const folder = join(dataDir, 'secrets');
  const file = join(folder, name);
  await makeFolder(folder);
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null) return decode(file, kept);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomBytes(BYTES).toString('base64url'), { mode: 0o600, flush: true });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return decode(file, await readFile(file, 'utf8'));
}

/** Derives a key for one purpose (HKDF, RFC 5869); it reveals neither the secret nor other keys. */
export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `koine: ${purpose}`, BYTES));
}

function decode(file: string, text: string): Uint8Array {
  const secret = Buffer.from(text.trim(), 'base64url');
  if (secret.length < BYTES) throw new Error(`${file} is damaged: it should hold ${BYTES} bytes in base64url`);
  return secret;
}
