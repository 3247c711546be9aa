import assert from 'node:assert/strict';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { folder as temporaryFolder } from '../../test/support/conditions.ts';
import { openSpool } from './spool.ts';

async function open(t: TestContext, limits?: { bytes: number; bytesPerOwner: number }) {
  const folder = await temporaryFolder(t);
  const spool = await openSpool(join(folder, 'spool'), limits);
  const write = (bytes: number, owner = 'a', most = 1_000) =>
    spool.write(Readable.from([Buffer.alloc(Math.min(bytes, 10)), Buffer.alloc(Math.max(0, bytes - 10))]), most, owner);
  return { spool, write, files: () => readdir(join(folder, 'spool')) };
}

test('an upload is a file until it is removed', async (t) => {
  const { spool, write, files } = await open(t);
  const { path, bytes } = await write(25);
  assert.deepEqual([bytes, (await readFile(path)).length, (await files()).length], [25, 25, 1]);
  await spool.remove([path, spool.newPath()]);
  assert.deepEqual(await files(), []);
});

test('a file may have exactly so many bytes; of a larger one nothing stays', async (t) => {
  const { write, files } = await open(t);
  assert.equal((await write(50, 'a', 50)).bytes, 50);
  await assert.rejects(write(51, 'a', 50), { code: 'too_large' });
  assert.equal((await files()).length, 1);
});

test('an owner, and all together, may have exactly so many bytes on their way, and again once they are removed', async (t) => {
  const { spool, write, files } = await open(t, { bytes: 150, bytesPerOwner: 100 });
  const first = await write(100);
  await assert.rejects(write(1), { code: 'rate_limited', retryAfter: 5 });
  const second = await write(50, 'b');
  await assert.rejects(write(1, 'c'), { code: 'overloaded', retryAfter: 5 });
  assert.equal((await files()).length, 2);
  await spool.remove([first.path]);
  await spool.remove([first.path]);
  await write(100);
  await assert.rejects(write(1, 'c'), { code: 'overloaded' });
  await spool.remove([second.path]);
  await write(50, 'c');
});

test('a refused upload no longer counts, whether the limit of its owner or the total was exceeded', async (t) => {
  const { write } = await open(t, { bytes: 150, bytesPerOwner: 100 });
  await assert.rejects(write(101), { code: 'rate_limited' });
  await write(100);
  await assert.rejects(write(60, 'b'), { code: 'overloaded' });
  await write(50, 'b');
});

test('files made from an upload count for its owner, but are never refused', async (t) => {
  const { spool, write } = await open(t, { bytes: 1_000, bytesPerOwner: 100 });
  const path = spool.newPath();
  spool.count(path, 'a', 60);
  spool.count(path, 'a', 60);
  await assert.rejects(write(1), { code: 'rate_limited' });
  await spool.remove([path]);
  await write(100);
});

test('a sweep takes what was last written to before a time, and nothing younger', async (t) => {
  const { spool, write, files } = await open(t);
  const [old, young] = [await write(1), await write(2)];
  const time = new Date('2026-01-31T10:00:00Z');
  await utimes(old.path, time, new Date(time.getTime() - 1_000));
  await utimes(young.path, time, time);
  await spool.sweep(time);
  assert.deepEqual(await files(), [young.path.slice(young.path.lastIndexOf('/') + 1)]);
});

test('a single byte on its way counts', async (t) => {
  const { write } = await open(t, { bytes: 20, bytesPerOwner: 10 });
  await write(10, 'a');
  await write(1, 'b');
  await assert.rejects(write(10, 'b'), { code: 'rate_limited' });
  await write(9, 'b');
  await assert.rejects(write(1, 'c'), { code: 'overloaded' });
});
