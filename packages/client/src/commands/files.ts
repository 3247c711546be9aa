import { newKey, type Parts, segment } from '../parts.ts';
import type { Fetch } from '../rest.ts';
import type { File } from '../shapes.ts';
import type { PartUpload } from './resumable.ts';

export type FileCommands = ReturnType<typeof fileCommands>;

export type Upload = {
  readonly name?: string;
  readonly alt?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** In place of the client's: one that tells how much is sent, for example. */
  readonly fetch?: Fetch;
};

/** An upload may take this long, in ms. */
const TIMEOUT = 10 * 60_000;

/** @throws Problem */
export function fileCommands(parts: Parts) {
  const { rest } = parts;
  return {
    /** Attach the file by its id within 24 hours, or it is deleted. */
    upload: async (file: Blob, { name, alt, key = newKey(), signal, fetch }: Upload = {}): Promise<File> => {
      const headers = {
        'content-type': file.type || 'application/octet-stream',
        ...(name !== undefined && {
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        }),
      };
      const options = { body: file, headers, key, timeout: TIMEOUT, query: { alt }, ...(signal && { signal }) };
      return (await rest.call<File>('POST', '/v1/files', { ...options, ...(fetch && { fetch }) })).body;
    },

    /**
     * As `upload`, for large files: in parts, so that an interrupted one goes on where it ended, by itself or, when it was paused by its
     * signal, by the same call with its id.
     */
    uploadInParts: async (file: Blob, options: PartUpload = {}): Promise<File> =>
      (await import('./resumable.ts')).sendInParts(parts, file, options),

    /** Ends an upload in parts that nobody goes on with. */
    giveUp: async (upload: string): Promise<void> =>
      void (await rest.call('DELETE', `/v1/uploads/${segment(upload)}`, { headers: { 'tus-resumable': '1.0.0' } })),

    /** Says what the picture shows; possible until a post or a message has it. */
    describe: async (file: string, alt: string | null): Promise<File> =>
      (await rest.call<File>('PATCH', `/v1/files/${segment(file)}`, { json: { alt } })).body,
  };
}
