/** Large files, sent in parts: an interrupted upload goes on where it ended. */
import { backoff } from '../backoff.ts';
import { type Parts, segment } from '../parts.ts';
import { Problem } from '../problem.ts';
import type { Fetch } from '../rest.ts';
import type { File } from '../shapes.ts';

export type PartUpload = {
  readonly name?: string;
  /** An upload that was begun before: it is resumed, unless it has expired. */
  readonly upload?: string;
  /** Bytes of each part. */
  readonly part?: number;
  /** Pauses it: the rejection is the signal's reason, and the same call with `upload` goes on. */
  readonly signal?: AbortSignal;
  /** Told the upload's id, which is the file's later. */
  readonly onBegun?: (upload: string) => void;
  /** Told how many bytes the server has. */
  readonly onProgress?: (bytes: number) => void;
  /** In place of the client's. */
  readonly fetch?: Fetch;
};

/** Proxies pass on bodies of some MB, and an interruption loses no more than that. */
const PART = 8 * 1024 * 1024;
/** In ms. */
const PART_TIMEOUT = 10 * 60_000;
/** Failures in a row. */
const ATTEMPTS = 10;
const VERSION = { 'tus-resumable': '1.0.0' };

/** @throws Problem, or the reason of the signal */
export async function sendInParts({ rest }: Parts, file: Blob, options: PartUpload = {}): Promise<File> {
  const { name, part = PART, signal, fetch, onBegun, onProgress } = options;
  const also = { ...(signal && { signal }), ...(fetch && { fetch }) };
  let upload = options.upload ?? (await begin());
  let offset = options.upload === undefined ? 0 : null;
  for (let failures = 0; ; ) {
    try {
      offset ??= await ask();
      onProgress?.(offset);
      if (offset >= file.size) return (await rest.call<File>('GET', pathOf('files'), also)).body;
      offset = await send(offset);
      failures = 0;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (isGone(error) && options.upload === upload) {
        upload = await begin();
        offset = 0;
        continue;
      }
      failures += 1;
      if (!isPassing(error) || failures >= ATTEMPTS) throw error;
      await pause(error, failures);
      offset = null;
    }
  }

  function pathOf(list: 'uploads' | 'files'): string {
    return `/v1/${list}/${segment(upload)}`;
  }

  async function begin(): Promise<string> {
    const metadata = [
      ['filename', name],
      ['filetype', file.type],
    ].flatMap(([key, value]) => (value ? [`${key} ${base64(value)}`] : []));
    const headers = { ...VERSION, 'upload-length': String(file.size), 'upload-metadata': metadata.join() };
    const answer = await rest.call('POST', '/v1/uploads', { headers, ...(signal && { signal }) });
    const id = answer.headers.get('location')?.split('/').at(-1) ?? '';
    onBegun?.(id);
    return id;
  }

  async function ask(): Promise<number> {
    const { headers } = await rest.call('HEAD', pathOf('uploads'), { headers: VERSION, ...(signal && { signal }) });
    const there = Number(headers.get('upload-offset'));
    // A picture that is stored has another size.
    return there === Number(headers.get('upload-length')) ? file.size : there;
  }

  async function send(from: number): Promise<number> {
    const headers = { ...VERSION, 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' };
    const body = file.slice(from, from + part);
    await rest.call('PATCH', pathOf('uploads'), { headers, body, timeout: PART_TIMEOUT, ...also });
    return from + body.size;
  }

  async function pause(error: unknown, failures: number): Promise<void> {
    const wait = ((error as Problem).retryAfter ?? 0) * 1_000 + backoff(failures, Math.random);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, wait);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Problem && error.status === 404;
}

/** Whether it may go well later: the network, a busy server, or another request that is not over. */
function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.isPassing || error.status === 409);
}

/** Base64 of the text in UTF-8. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
