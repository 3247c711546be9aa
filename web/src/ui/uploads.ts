/** Files on their way to the server, before what they belong to is sent. */
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
  readonly source: globalThis.File | null;
  /** The address of a picture in this page; null: it is no picture. */
  readonly preview: string | null;
  /** The picture in words. */
  readonly alt: string;
  readonly status: 'uploading' | 'paused' | 'done' | 'failed';
  /** The part that is sent, from 0 to 1. */
  readonly sent: number;
  readonly file?: StoredFile;
};

/** A file to upload. */
export type Chosen = Pick<Upload, 'source' | 'alt'>;

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;
/** Bytes above which a file is sent in parts: then it can be paused, and goes on after an interruption. */
const LARGE = 8 * 1024 * 1024;

/** @returns the files of a paste or a drop */
export function filesOf(data: DataTransfer | null): globalThis.File[] {
  return [...(data?.files ?? [])];
}

export type Uploads = ReturnType<typeof useUploads>;

/** `draft`: the name under which files that are uploaded outlive the page. */
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
  const known = (key: string) => current.current.find((one) => one.key === key);

  async function upload({ key, source, alt }: Upload): Promise<void> {
    if (source === null) return;
    const abort = new AbortController();
    aborts.set(key, abort);
    const onSent = (sent: number) => change(key, { sent });
    const send = isLarge(source) ? sendInParts : sendAtOnce;
    try {
      change(key, { status: 'done', file: await send({ key, source, alt }, abort.signal, onSent) });
    } catch (error) {
      if (abort.signal.aborted) return;
      toast(explain(error));
      change(key, { status: 'failed' });
    } finally {
      if (aborts.get(key) === abort) aborts.delete(key);
    }
  }

  function restore(chosen: readonly Chosen[]): void {
    const added = chosen.slice(0, most - current.current.length).flatMap(begun);
    setUploads((all) => [...all, ...added]);
    for (const one of added) void upload(one);
  }

  /** A failed or paused one goes on. */
  function retry(key: string): void {
    const stopped = known(key);
    if (stopped?.status !== 'failed' && stopped?.status !== 'paused') return;
    change(key, { status: 'uploading' });
    void upload(stopped);
  }

  function pause(key: string): void {
    if (known(key)?.status !== 'uploading') return;
    aborts.get(key)?.abort();
    change(key, { status: 'paused' });
  }

  async function describe(key: string, alt: string): Promise<boolean> {
    const { file } = known(key) ?? {};
    if (!file) return false;
    return attempt(async () => change(key, { alt, file: await client.files.describe(file.id, alt || null) }));
  }

  function remove(key: string): void {
    aborts.get(key)?.abort();
    const gone = current.current.filter((one) => one.key === key);
    for (const { source, status } of gone)
      if (source && isLarge(source) && status !== 'done')
        loadParts()
          .then(({ giveUp }) => giveUp(source))
          .catch(() => {});
    release(gone);
    setUploads((all) => all.filter((one) => one.key !== key));
  }

  function clear(): void {
    release(current.current);
    setUploads([]);
  }

  return {
    uploads,
    add: (chosen: readonly globalThis.File[]) => restore(chosen.map((source) => ({ source, alt: '' }))),
    /** Adds files with their words again. */
    restore,
    retry,
    pause,
    describe,
    /** Removes the file, also while it is being sent. */
    remove,
    clear,
    isBusy: uploads.some(({ status }) => status === 'uploading' || status === 'paused'),
    files,
  };
}

/** Whether it can be paused. */
export function isLarge({ size }: Blob): boolean {
  return size > LARGE;
}

export type Sent = { readonly key: string; readonly source: globalThis.File; readonly alt: string };
export type OnSent = (sent: number) => void;

function sendAtOnce({ key, source, alt }: Sent, signal: AbortSignal, onSent: OnSent): Promise<StoredFile> {
  const also = {
    signal,
    fetch: progressFetch((bytes) => onSent(Math.min(1, bytes / source.size))),
    ...(alt !== '' && { alt }),
  };
  return client.files.upload(source, { name: source.name, key, ...also });
}

async function sendInParts(sent: Sent, signal: AbortSignal, onSent: OnSent): Promise<StoredFile> {
  return (await loadParts()).sendInParts(sent, signal, onSent);
}

const loadParts = () => import('./upload-in-parts.ts');

function begun({ source, alt }: Chosen): Upload[] {
  if (source === null) return [];
  const preview = PICTURES.test(source.type) ? URL.createObjectURL(source) : null;
  return [{ key: crypto.randomUUID(), name: source.name, source, preview, alt, status: 'uploading', sent: 0 }];
}

function uploaded(file: StoredFile): Upload {
  const { id, name, alt, kind, url, previewUrl } = file;
  return {
    ...{ key: id, name: name || t('file'), source: null, preview: kind === 'image' ? (previewUrl ?? url) : null },
    ...{ alt: alt ?? '', status: 'done', sent: 1, file },
  };
}

function release(uploads: readonly Upload[]): void {
  for (const { preview } of uploads) if (preview !== null) URL.revokeObjectURL(preview);
}
