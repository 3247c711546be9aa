/** Pictures on their way to the server, before what they belong to is sent. */
import type { File as StoredFile } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client, explain } from '../koine.ts';
import { toast } from './toasts.tsx';

export type Upload = {
  readonly key: string;
  readonly name: string;
  /** Of the picture in this page. */
  readonly preview: string;
  readonly status: 'uploading' | 'done' | 'failed';
  readonly file?: StoredFile;
};

const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;

/** @returns the pictures of a paste or a drop */
export function picturesOf(data: DataTransfer | null): globalThis.File[] {
  return [...(data?.files ?? [])].filter(({ type }) => PICTURES.test(type));
}

export function useUploads(most: number) {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const current = useRef(uploads);
  current.current = uploads;
  useEffect(() => () => release(current.current), []);

  const change = (key: string, changes: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one)));

  async function upload(key: string, picture: globalThis.File): Promise<void> {
    try {
      const file = await client.files.upload(picture, { name: picture.name, key });
      change(key, { status: 'done', file });
    } catch (error) {
      toast(explain(error));
      change(key, { status: 'failed' });
    }
  }

  function add(pictures: readonly globalThis.File[]): void {
    const taken = pictures.slice(0, most - current.current.length);
    const added = taken.map((picture) => ({
      key: crypto.randomUUID(),
      name: picture.name,
      preview: URL.createObjectURL(picture),
      status: 'uploading' as const,
      picture,
    }));
    setUploads((all) => [...all, ...added.map(({ picture, ...rest }) => rest)]);
    for (const { key, picture } of added) void upload(key, picture);
  }

  function remove(key: string): void {
    release(current.current.filter((one) => one.key === key));
    setUploads((all) => all.filter((one) => one.key !== key));
  }

  function clear(): void {
    release(current.current);
    setUploads([]);
  }

  return {
    uploads,
    add,
    remove,
    clear,
    isBusy: uploads.some(({ status }) => status === 'uploading'),
    files: uploads.flatMap(({ file }) => (file ? [file] : [])),
  };
}

function release(uploads: readonly Upload[]): void {
  for (const { preview } of uploads) URL.revokeObjectURL(preview);
}
