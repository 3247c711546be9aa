import { newKey, type Parts, segment } from '../parts.ts';
import type { Fetch } from '../rest.ts';
import type { File } from '../shapes.ts';

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
export function fileCommands({ rest }: Parts) {
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

    /** Says what the picture shows; possible until a post or a message has it. */
    describe: async (file: string, alt: string | null): Promise<File> =>
      (await rest.call<File>('PATCH', `/v1/files/${segment(file)}`, { json: { alt } })).body,
  };
}
