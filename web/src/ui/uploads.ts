/** Pictures on their way to the server, before what they belong to is sent. */
import type { File as StoredFile } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { attempt, client, explain } from '../koine.ts';
import { progressFetch } from './progress-fetch.ts';
import { toast } from './toasts.tsx';

export type Upload = {
  readonly key: string;
  readonly picture: globalThis.File;
  /** Of the picture in this page. */
  readonly preview: string;
  /** The picture in words. */
  readonly alt: string;
  readonly status: 'uploading' | 'done' | 'failed';
  /** The part that is sent, from 0 to 1. */
  readonly sent: number;
  readonly file?: StoredFile;
};

/** What a picture becomes an upload of. */
export type Picture = Pick<Upload, 'picture' | 'alt'>;

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;

/** @returns the pictures of a paste or a drop */
export function picturesOf(data: DataTransfer | null): globalThis.File[] {
  return [...(data?.files ?? [])].filter(({ type }) => PICTURES.test(type));
}

export type Uploads = ReturnType<typeof useUploads>;

export function useUploads(most: number) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const current = useRef(uploads);
  current.current = uploads;
  const aborts = useRef(new Map<string, AbortController>()).current;
  useEffect(() => () => release(current.current), []);

  const change = (key: string, changes: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));

  async function upload({ key, picture, alt }: Upload): Promise<void> {
    const abort = new AbortController();
    aborts.set(key, abort);
    const fetch = progressFetch((sent) => change(key, { sent }));
    try {
      const file = await client.files.upload(picture, {
        ...{ name: picture.name, key, signal: abort.signal, fetch },
        ...(alt !== '' && { alt }),
      });
      change(key, { status: 'done', file });
    } catch (error) {
      if (abort.signal.aborted) return;
      toast(explain(error));
      change(key, { status: 'failed' });
    } finally {
      aborts.delete(key);
    }
  }

  function restore(pictures: readonly Picture[]): void {
    const added = pictures.slice(0, most - current.current.length).map(({ picture, alt }) => ({
      ...{ key: crypto.randomUUID(), picture, alt, preview: URL.createObjectURL(picture) },
      ...{ status: 'uploading' as const, sent: 0 },
    }));
    setUploads((all) => [...all, ...added]);
    for (const one of added) void upload(one);
  }

  function retry(key: string): void {
    const failed = current.current.find((one) => one.key === key);
    if (failed?.status !== 'failed') return;
    change(key, { status: 'uploading', sent: 0 });
    void upload(failed);
  }

  async function describe(key: string, alt: string): Promise<boolean> {
    const known = current.current.find((one) => one.key === key);
    if (!known?.file) return false;
    const { id } = known.file;
    return attempt(async () => change(key, { alt, file: await client.files.describe(id, alt || null) }));
  }

  function remove(key: string): void {
    aborts.get(key)?.abort();
    release(current.current.filter((one) => one.key === key));
    setUploads((all) => all.filter((one) => one.key !== key));
  }

  function clear(): void {
    release(current.current);
    setUploads([]);
  }

  return {
    uploads,
    add: (pictures: readonly globalThis.File[]) => restore(pictures.map((picture) => ({ picture, alt: '' }))),
    /** Adds pictures with their words again. */
    restore,
    retry,
    describe,
    /** Also while it is being sent. */
    remove,
    clear,
    isBusy: uploads.some(({ status }) => status === 'uploading'),
    files: uploads.flatMap(({ file }) => (file ? [file] : [])),
  };
}

function release(uploads: readonly Upload[]): void {
  for (const { preview } of uploads) URL.revokeObjectURL(preview);
}
