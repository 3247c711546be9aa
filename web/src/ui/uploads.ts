/** Pictures on their way to the server, before what they belong to is sent. */
import type { File as StoredFile } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, explain } from '../koine.ts';
import { recallDraftFiles, rememberDraftFiles } from '../rooms/drafts.ts';
import { progressFetch } from './progress-fetch.ts';
import { toast } from './toasts.tsx';

export type Upload = {
  readonly key: string;
  readonly name: string;
  /** Null: it was chosen before the page was loaded. */
  readonly picture: globalThis.File | null;
  /** Of the picture in this page. */
  readonly preview: string;
  /** The picture in words. */
  readonly alt: string;
  readonly status: 'uploading' | 'done' | 'failed';
  /** The part that is sent, from 0 to 1. */
  readonly sent: number;
  readonly file?: StoredFile;
};

/** A picture to upload. */
export type Picture = Pick<Upload, 'picture' | 'alt'>;

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;

/** @returns the pictures of a paste or a drop */
export function picturesOf(data: DataTransfer | null): globalThis.File[] {
  return [...(data?.files ?? [])].filter(({ type }) => PICTURES.test(type));
}

export type Uploads = ReturnType<typeof useUploads>;

/** `draft`: the name under which pictures that are uploaded outlive the page. */
export function useUploads(most: number, draft: string) {
  const [uploads, setUploads] = useState<readonly Upload[]>(() => recallDraftFiles(draft).map(uploaded));
  const current = useRef(uploads);
  current.current = uploads;
  const aborts = useRef(new Map<string, AbortController>()).current;
  useEffect(() => () => release(current.current), []);
  const files = uploads.flatMap(({ file }) => (file ? [file] : []));
  const kept = files.map(({ id, alt }) => `${id} ${alt}`).join();
  useEffect(() => rememberDraftFiles(draft, files), [kept]);

  const change = (key: string, changes: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));

  async function upload({ key, picture, alt }: Upload): Promise<void> {
    if (picture === null) return;
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
    const added = pictures.slice(0, most - current.current.length).flatMap(begun);
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
    files,
  };
}

function begun({ picture, alt }: Picture): Upload[] {
  if (picture === null) return [];
  const preview = URL.createObjectURL(picture);
  return [{ key: crypto.randomUUID(), name: picture.name, picture, preview, alt, status: 'uploading', sent: 0 }];
}

function uploaded(file: StoredFile): Upload {
  const { id, name, alt, url, previewUrl } = file;
  return {
    ...{ key: id, name: name ?? t('picture'), picture: null, preview: previewUrl ?? url },
    ...{ alt: alt ?? '', status: 'done', sent: 1, file },
  };
}

function release(uploads: readonly Upload[]): void {
  for (const { preview } of uploads) URL.revokeObjectURL(preview);
}
