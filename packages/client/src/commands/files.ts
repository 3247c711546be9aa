import { newKey, type Parts } from '../parts.ts';
import type { File } from '../shapes.ts';

export type FileCommands = ReturnType<typeof fileCommands>;

export type Upload = {
  readonly name?: string;
  readonly alt?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
};

/** An upload may take this long, in ms. */
const TIMEOUT = 10 * 60_000;

/** @throws Problem */
export function fileCommands({ rest }: Parts) {
  return {
    /** Attach the file by its id within 24 hours, or it is deleted. */
    upload: async (file: Blob, { name, alt, key = newKey(), signal }: Upload = {}): Promise<File> => {
      const headers = {
        'content-type': file.type || 'application/octet-stream',
        ...(name !== undefined && {
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        }),
      };
      const options = { body: file, headers, key, timeout: TIMEOUT, query: { alt }, ...(signal && { signal }) };
      return (await rest.call<File>('POST', '/v1/files', options)).body;
    },
  };
}
