/** Files that are uploaded by themselves: made once, attached once, by their owner, within a day. */
import assert from 'node:assert/strict';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NewFile } from '../../src/core/media/files.ts';
import type { Actor } from '../../src/core/model.ts';
import { outcomes, startTwoCores } from '../support/core-harness.ts';
import { halves, SVG } from '../support/pictures.ts';

const HOUR = 3_600_000;

test('files', async (t) => {
  const [one, two] = await startTwoCores(t);
  const { core, sql } = one;
  const [ann, bob] = (await one.crowd(['ann', 'bob'])) as [Actor, Actor];
  const picture = join(one.places.DATA_DIR, 'picture');
  await writeFile(picture, await halves(60, 40).jpeg().toBuffer());
  let copies = 0;
  /** A received file: creating a picture leaves it to the caller. */
  async function received(from = picture): Promise<NewFile['upload']> {
    copies += 1;
    const path = join(one.places.DATA_DIR, 'tmp', `upload-${copies}`);
    await copyFile(from, path);
    return { path, bytes: 1 };
  }
  const upload = async (actor: Actor, input: Omit<NewFile, 'upload'> = {}, node = one) =>
    node.core.files.create(actor, { ...input, upload: await received() });
  const stored = async () => (await sql<{ key: string }[]>`select key from objects`).map(({ key }) => key);

  await t.test('a key makes one file, on any number of nodes at once', async () => {
    const named = { name: 'a.jpg', alt: 'Red and blue', key: 'first' };
    const made = await Promise.all([one, two, one, two].map((node) => upload(ann, named, node)));
    assert.equal(new Set(made.map(({ uid }) => uid)).size, 1);
    const [file] = made;
    assert.deepEqual([file?.name, file?.alt, file?.width, file?.height], ['a.jpg', 'Red and blue', 60, 40]);
    assert.deepEqual(await stored(), [file?.key]);
    await assert.rejects(upload(ann, { ...named, alt: 'Blue and red' }), { code: 'idempotency_key_reused' });
    assert.notEqual((await upload(bob, named)).uid, file?.uid, 'a key belongs to its account');
    await assert.rejects(upload(ann, { name: 'x'.repeat(256) }), { code: 'invalid' });
    await writeFile(`${picture}.svg`, SVG);
    const svg = await core.files.create(ann, { upload: await received(`${picture}.svg`), key: 'svg' });
    assert.deepEqual([svg.type, svg.previewKey], ['application/octet-stream', null]);
  });

  await t.test('a file is attached once, by its owner, all of a post or none', async () => {
    const [mine, other, his] = [await upload(ann), await upload(ann), await upload(bob)];
    const post = (imageIds: string[]) => core.posts.create(ann, { body: 'x', imageIds });
    for (const ids of [[mine.uid, his.uid], [mine.uid, mine.uid], ['nothing'], [crypto.randomUUID()]])
      await assert.rejects(post(ids), { code: 'invalid' }, ids.join());
    const racing = await outcomes(Array.from({ length: 5 }, () => post([other.uid, mine.uid])));
    assert.deepEqual(racing, { done: 1, invalid: 4 });
    const message = { body: '', files: [mine.uid] };
    await assert.rejects(core.messages.send(ann, { id: 2 }, message), { code: 'invalid' });
    const { items } = await core.posts.listFeed(ann, 'all', {}, ['images']);
    assert.deepEqual(
      items.map(({ images }) => images.map(({ uid }) => uid)),
      [[other.uid, mine.uid]],
    );
  });

  await t.test('a picture is described by its owner, until something shows it', async () => {
    const mine = await upload(ann, { alt: 'Red' });
    assert.equal((await core.files.describe(ann, mine.uid, 'Red beside blue')).alt, 'Red beside blue');
    await assert.rejects(core.files.describe(ann, mine.uid, 'x'.repeat(1_001)), { code: 'invalid' });
    for (const [actor, uid] of [[bob, mine.uid] as const, [ann, 'nothing'] as const])
      await assert.rejects(core.files.describe(actor, uid, 'other'), { code: 'not_found' });
    const { images } = await core.posts.create(ann, { body: 'x', imageIds: [mine.uid] });
    assert.equal(images[0]?.alt, 'Red beside blue');
    await assert.rejects(core.files.describe(ann, mine.uid, null), { code: 'not_found' });
  });

  await t.test('what is not attached within a day is swept, and what is let go of within an hour', async () => {
    const [kept, forgotten, sent] = [await upload(ann), await upload(ann), await upload(ann)];
    const { seq } = await core.messages.send(ann, { id: 2 }, { body: '', files: [sent.uid] });
    await core.posts.create(ann, { body: 'with a picture', imageIds: [kept.uid] });
    const has = async (...files: { key: string }[]) => {
      const there = await stored();
      return files.map(({ key }) => there.includes(key));
    };
    await core.media.sweep(new Date(Date.now() + 23 * HOUR));
    assert.deepEqual(await has(kept, forgotten, sent), [true, true, true]);
    await core.messages.remove(ann, { id: 2 }, seq);
    await core.media.sweep(new Date(Date.now() + 1.1 * HOUR));
    assert.deepEqual(await has(kept, forgotten, sent), [true, true, false]);
    await core.media.sweep(new Date(Date.now() + 24.1 * HOUR));
    assert.deepEqual(await has(kept, forgotten, sent), [true, false, false]);
    await assert.rejects(core.posts.create(ann, { body: 'too late', imageIds: [forgotten.uid] }), { code: 'invalid' });
  });

  await t.test('the picture of a group is swept when another is in its place, or the group is gone', async () => {
    const room = await core.rooms.createGroup(ann, { memberUids: [bob.uid] });
    const set = async () => {
      const file = await received();
      const { avatarKey } = await core.rooms.setPicture(ann, room, (use) => use(file));
      assert.ok((await stored()).includes(avatarKey ?? ''));
      return avatarKey ?? '';
    };
    const isKept = async (key: string) => {
      await core.media.sweep(new Date(Date.now() + 1.1 * HOUR));
      return (await stored()).includes(key);
    };
    const [first, second] = [await set(), await set()];
    assert.deepEqual([await isKept(first), await isKept(second)], [false, true]);
    await core.rooms.removePicture(ann, room);
    assert.equal(await isKept(second), false);
    const third = await set();
    await core.rooms.removeRoom(ann, room);
    assert.equal(await isKept(third), false);
  });
});
