/**
 * Large files, sent in parts. Uploads that were begun in this browser are remembered by their files: anyone who chooses the same file again
 * after a reload goes on with its upload.
 */
import type { File as StoredFile } from '@koine/client';
import { client } from '../koine.ts';
import { recall, remember } from '../preferences.ts';
import { progressFetch } from './progress-fetch.ts';
import type { OnSent, Sent } from './uploads.ts';

const NAME = 'uploads';
/** The server forgets an upload a day after its last part. In ms. */
const KEPT = 20 * 3_600_000;
const MOST = 20;

type Begun = { readonly of: string; readonly id: string; readonly at: number };

export async function sendInParts({ source, alt }: Sent, signal: AbortSignal, onSent: OnSent): Promise<StoredFile> {
  const upload = begunUpload(source);
  let there = 0;
  const file = await client.files.uploadInParts(source, {
    name: source.name,
    signal,
    ...(upload !== null && { upload }),
    onBegun: (id) => rememberUpload(source, id),
    onProgress: (bytes) => {
      there = bytes;
      onSent(bytes / source.size);
    },
    fetch: progressFetch((bytes) => onSent((there + bytes) / source.size)),
  });
  forgetUpload(source);
  return alt === '' ? file : client.files.describe(file.id, alt);
}

export async function giveUp(source: File): Promise<void> {
  const upload = begunUpload(source);
  if (upload === null) return;
  forgetUpload(source);
  await client.files.giveUp(upload);
}

const fingerprint = ({ name, size, lastModified }: File): string => `${size} ${lastModified} ${name}`;

function all(): Begun[] {
  return (JSON.parse(recall(NAME) ?? '[]') as Begun[]).filter(({ at }) => Date.now() - at < KEPT);
}

function keep(uploads: readonly Begun[]): void {
  remember(NAME, uploads.length === 0 ? null : JSON.stringify(uploads.slice(-MOST)));
}

function begunUpload(file: File): string | null {
  return all().find(({ of }) => of === fingerprint(file))?.id ?? null;
}

function forgetUpload(file: File): void {
  keep(all().filter(({ of }) => of !== fingerprint(file)));
}

function rememberUpload(file: File, id: string): void {
  const of = fingerprint(file);
  keep([...all().filter((one) => one.of !== of), { of, id, at: Date.now() }]);
}
