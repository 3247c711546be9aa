/** Blobs in a bucket of S3, or of anything that speaks its protocol. */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsCommand,
  type ListObjectsCommandOutput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import pLimit from 'p-limit';
import { AppError } from '../errors.ts';
import {
  BLOB_CACHING,
  type Blob,
  type Blobs,
  isPrivate,
  type OpenBlob,
  type Presentation,
  requireBlobType,
} from './blobs.ts';

export type S3Settings = {
  readonly bucket: string;
  /** Undefined: the endpoint of Amazon. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Base URL of the bucket's public objects, without a slash at the end. */
  readonly publicUrl: string;
};

/** Blobs on their way at once; each is in memory while it is sent, so that it can be sent again. */
const TRANSFERS = 4;
const ATTEMPTS = 3;
/** Larger blobs are sent in parts of as many bytes, so that only two parts of each are in memory. */
const PART = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
/** How long a signed link is good, in seconds: as long as somebody may watch a film. */
const LINK_TTL = 3_600;
/** In ms. */
const CONNECT_TIMEOUT = 3_000;
const REQUEST_TIMEOUT = 15_000;

/** `page`: blobs that one answer lists at most. A store gives no more than 1,000. */
export function openS3Blobs(settings: S3Settings, page = 1_000): Blobs & { close(): void } {
  const { bucket: Bucket, endpoint, region, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    // Stores other than Amazon's know the bucket by the path, and not all know the checksums of 2025.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
  });
  const limit = pLimit(TRANSFERS);

  async function put(key: string, file: string): Promise<void> {
    const about = {
      Bucket,
      Key: key,
      ContentType: requireBlobType(key),
      CacheControl: isPrivate(key) ? 'private' : BLOB_CACHING,
      ContentDisposition: isPrivate(key) ? 'attachment' : 'inline',
    };
    if ((await stat(file)).size <= PART) {
      await client.send(new PutObjectCommand({ ...about, Body: await readFile(file) }));
      return;
    }
    const params = { ...about, Body: createReadStream(file) };
    await new Upload({ client, params, partSize: PART, queueSize: PARTS_AT_ONCE }).done();
  }

  async function open(key: string): Promise<OpenBlob | null> {
    try {
      const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      return Body === undefined ? null : { size: ContentLength, stream: Body as Readable };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** Signed here, without asking the store. */
  async function source(key: string, { type, disposition }: Presentation): Promise<{ link: string }> {
    const about = { ResponseContentType: type, ResponseContentDisposition: disposition };
    const command = new GetObjectCommand({ Bucket, Key: key, ...about });
    return { link: await getSignedUrl(client, command, { expiresIn: LINK_TTL }) };
  }

  async function read(key: string): Promise<Buffer | null> {
    const opened = await open(key);
    return opened && buffer(opened.stream);
  }

  /** One by one: not every store has the call for many. */
  async function remove(keys: readonly string[]): Promise<void> {
    const send = (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key }));
    await Promise.all(keys.map((key) => limit(() => send(key))));
  }

  /** The older of the two calls: what it goes on from is the last key, which every store understands. */
  async function* list(prefix: string): AsyncGenerator<Blob> {
    let marker: string | undefined;
    let more = true;
    while (more) {
      const list = new ListObjectsCommand({ Bucket, Prefix: prefix, Marker: marker, MaxKeys: page });
      const found: ListObjectsCommandOutput = await client.send(list).catch(unavailable);
      for (const { Key, Size, LastModified } of found.Contents ?? [])
        if (Key && LastModified) yield { key: Key, bytes: Size ?? 0, storedAt: LastModified };
      marker = found.Contents?.at(-1)?.Key;
      more = found.IsTruncated === true && marker !== undefined;
    }
  }

  /** The same call as the sweep's, which needs the right to list the bucket. */
  async function check(): Promise<void> {
    try {
      await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 1 }));
    } catch (cause) {
      throw new Error(reasonOf(cause), { cause });
    }
  }

  return {
    place: `S3 bucket ${Bucket} at ${endpoint === undefined ? region : new URL(endpoint).host}`,
    put: (key, file) => limit(() => put(key, file)).catch(unavailable),
    move: (key, file) => limit(() => put(key, file)).catch(unavailable),
    remove: (keys) => remove(keys).catch(unavailable),
    read: (key) => limit(() => read(key)).catch(unavailable),
    open: (key) => open(key).catch(unavailable),
    source,
    list,
    check,
    url: (key) => `${settings.publicUrl}/${key}`,
    close: () => client.destroy(),
  };
}

/** The cause for an operator; a store's own message may repeat keys. */
function reasonOf(error: unknown): string {
  const { name, code = name, $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (name === 'NoSuchBucket') return 'there is no such bucket';
  if (status === 401 || status === 403) return `access denied (${name})`;
  if (status !== undefined) return `the store answers ${status} (${name})`;
  return name === 'TimeoutError' ? 'the store does not answer in time' : `the store cannot be reached (${code})`;
}

function unavailable(cause: unknown): never {
  throw new AppError('unavailable', { cause });
}
