/** An S3 server on loopback, with one bucket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import S3rver from 's3rver';
import { atEnd } from './conditions.ts';

const BUCKET = 'koine-files';

export type TestS3 = { settings: Record<string, string>; stop(): Promise<void> };

/** @returns the settings of a server that stores its files there */
export async function startS3(t: TestContext): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'koine-s3-'));
  const configureBuckets = [{ name: BUCKET }];
  const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets });
  const { port } = await server.run();
  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= server.close();
    return stopping;
  };
  atEnd(t, async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    settings: {
      S3_BUCKET: BUCKET,
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    stop,
  };
}
