/** The reducer: a table of every type of event, and random histories in which deliveries and reads overlap. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  absorbComments,
  absorbMessages,
  absorbNotifications,
  absorbPeople,
  absorbPosts,
  absorbRoom,
  absorbSync,
} from '../../packages/client/src/absorb.ts';
import { BOARD, type LiveEvent, ME, streamOf } from '../../packages/client/src/events.ts';
import { follow } from '../../packages/client/src/following.ts';
import { apply } from '../../packages/client/src/reducer.ts';
import { EMPTY, type State, type Timeline } from '../../packages/client/src/state.ts';
import { createStore, type Store } from '../../packages/client/src/store.ts';
import { Model, MYSELF, PEOPLE, ROOMS } from './model.ts';
import { comparable } from './projection.ts';

const OTHERS = PEOPLE.slice(1).map(({ id }) => id);
const pick = <Item>(items: readonly Item[], number: number): Item => items[number % items.length] as Item;

/** A possible event, chosen by two numbers. */
const ACTIONS: readonly ((model: Model, a: number, b: number) => void)[] = [
  (model, a, b) => model.send(pick(ROOMS, a), pick(PEOPLE, b).id, b % 3 === 0 ? [MYSELF] : [], b),
  (model, a, b) => model.send(pick(ROOMS, a), pick(OTHERS, b), [], null),
  (model, a, b) => model.edit(pick(ROOMS, a), b),
  (model, a, b) => model.remove(pick(ROOMS, a), b),
  (model, a, b) => model.react(pick(ROOMS, a), b % 7, pick(PEOPLE, a).id, pick(['👍', '🎉'], b)),
  (model, a, b) => model.pin(pick(ROOMS, a), b, a % 3 === 0),
  (model, a, b) => model.rename(pick(ROOMS, a), `title ${b}`),
  (model, a, b) => model.joinOrLeave(pick(ROOMS, a), pick(OTHERS, b)),
  (model, a, b) => model.promote(pick(ROOMS, a), pick(['owner', 'moderator', 'member'], b)),
  (model, a, b) => model.read(pick(ROOMS, a), b),
  (model, a, b) => model.setNotify(pick(ROOMS, a), pick(['all', 'mentions', 'nothing'], b)),
  (model, a) => model.post(pick(PEOPLE, a).id),
  (model, a) => model.editPost(a % 4),
  (model, a) => model.removePost(a % 4),
  (model, a, b) => model.like(a % 4, pick(PEOPLE, b).id),
  (model, a) => model.bookmark(a % 4),
  (model, a, b) => model.comment(a % 4, pick(PEOPLE, b).id),
  (model, a) => model.editComment(a % 4),
  (model, a) => model.removeComment(a % 4),
  (model, a) => model.notify(pick(OTHERS, a)),
  (model, a) => model.readNotifications(a % 4),
  (model, a) => model.befriend(pick(OTHERS, a)),
  (model, a) => model.block(pick(OTHERS, a)),
];

type Read = (model: Model, store: Store, when: <Answer>(answer: Answer) => Promise<Answer>) => Promise<unknown>;

/** A read of a client. The answer is of the moment in which it is asked for, and arrives when `when` says so. */
const READS: readonly ((a: number) => Read)[] = [
  (a) => (model, store, when) =>
    store.read(
      () => when(model.messages(pick(ROOMS, a))),
      (state, page) => absorbMessages(state, pick(ROOMS, a), page, { place: 'newest' }),
    ),
  (a) => async (model, store, when) => {
    const room = pick(ROOMS, a);
    const seq = store.confirmed.timelines[room]?.before;
    if (seq === undefined) return;
    await store.read(
      () => when(model.messages(room, seq)),
      (state, page) => absorbMessages(state, room, page, { place: 'older', seq }),
    );
  },
  (a) => (model, store, when) => store.read(() => when(model.room(pick(ROOMS, a))), absorbRoom),
  () => (model, store, when) =>
    store.read(
      () => when(model.posts()),
      (state, page) => absorbPosts(state, 'all', page, true),
    ),
  (a) => async (model, store, when) => {
    const post = model.postIds[a % 4];
    if (post === undefined) return;
    await store.read(
      () => when(model.comments(post)),
      (state, page) => absorbComments(state, post, page, true),
    );
  },
  () => (model, store, when) =>
    store.read(
      () => when(model.notifications()),
      (state, page) => absorbNotifications(state, page, true),
    ),
  () => (model, store, when) =>
    store.read(
      () => when({ friends: model.friends, blocks: model.blocks }),
      (state, { friends, blocks }) => ({
        ...absorbPeople(state, [...friends, ...blocks]),
        friends: Object.fromEntries(friends.map(({ id }) => [id, true as const])),
        blocks: Object.fromEntries(blocks.map(({ id }) => [id, true as const])),
      }),
    ),
];

const STREAMS = [ME, BOARD, ...ROOMS.map(streamOf)];

/** A client of the model: deliveries come in order in each stream, and at any time between them. */
class Reader {
  readonly store = createStore(EMPTY, (run) => run());
  readonly #model: Model;
  readonly #answers: (() => void)[] = [];
  readonly #reads: Promise<unknown>[] = [];

  constructor(model: Model) {
    this.#model = model;
    // Blocks are known before rooms are followed.
    this.store.update((state) => follow({ ...absorbSync(state, model.sync()), blocks: {} }, ROOMS));
    for (const room of ROOMS)
      this.store.update((state) => absorbMessages(state, room, model.messages(room), { place: 'newest' }));
  }

  deliver(stream: string, most: number): void {
    const position = this.store.confirmed.positions[stream] ?? 0;
    const events = (this.#model.log.get(stream) ?? []).filter(({ seq }) => seq > position).slice(0, most);
    this.store.apply(events, apply);
  }

  begin(read: Read): void {
    const when = <Answer>(answer: Answer) =>
      new Promise<Answer>((resolve) => this.#answers.push(() => resolve(answer)));
    this.#reads.push(read(this.#model, this.store, when));
  }

  async answer(index: number): Promise<void> {
    this.#answers.splice(index % Math.max(1, this.#answers.length), 1)[0]?.();
    await settled();
  }

  /** Everything arrives, and what is stale is read again. */
  async finish(): Promise<State> {
    while (this.#answers.length > 0) await this.answer(0);
    await Promise.all(this.#reads);
    for (const stream of STREAMS) this.deliver(stream, Number.POSITIVE_INFINITY);
    for (const room of ROOMS)
      if (this.store.confirmed.stale[streamOf(room)])
        this.store.update((state) => absorbRoom(state, this.#model.room(room)));
    return this.store.state;
  }
}

/** Turns of promises: more than a read takes. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await null;
}

/** The state of a client that reads now what the other one knows. */
function fresh(model: Model, known: State): State {
  const posts = absorbPosts(absorbSync(EMPTY, model.sync()), 'all', model.posts(), true);
  let state: State = known.feeds.all ? posts : { ...posts, feeds: {}, posts: {} };
  for (const room of ROOMS) {
    state = absorbMessages(state, room, model.messages(room), { place: 'newest' });
    const wanted = known.timelines[room]?.items[0]?.seq ?? Number.POSITIVE_INFINITY;
    for (;;) {
      const { items, atStart, before } = state.timelines[room] as Timeline;
      if (atStart || wanted >= (items[0]?.seq ?? 0)) break;
      state = absorbMessages(state, room, model.messages(room, before), { place: 'older', seq: before });
    }
  }
  for (const post of Object.keys(known.threads)) state = absorbComments(state, post, model.comments(post), true);
  if (known.notifications.items) state = absorbNotifications(state, model.notifications(), true);
  const keys = (people: readonly { id: string }[]) => Object.fromEntries(people.map(({ id }) => [id, true as const]));
  return {
    ...state,
    friends: known.friends && keys(model.friends),
    blocks: known.blocks && keys(model.blocks),
  };
}

const step = fc.record({ kind: fc.nat(9), what: fc.nat(99), a: fc.nat(11), b: fc.nat(30) });

type Step = { readonly kind: number; readonly what: number; readonly a: number; readonly b: number };

/** Somebody who has written is blocked; the client hears of it, and they write again. */
const BLOCKED: Step[] = [
  { kind: 0, what: 78, a: 0, b: 2 },
  { kind: 0, what: 22, a: 0, b: 0 },
  { kind: 7, what: 41, a: 0, b: 0 },
  { kind: 0, what: 0, a: 0, b: 5 },
];

/** A message is deleted, and the client has not yet heard that its author was blocked before. */
const DELETED: Step[] = [
  { kind: 0, what: 22, a: 10, b: 0 },
  { kind: 7, what: 16, a: 0, b: 0 },
  { kind: 0, what: 26, a: 0, b: 2 },
  { kind: 8, what: 0, a: 0, b: 0 },
  { kind: 5, what: 86, a: 0, b: 0 },
];

/** `KOINE_SDK_RUNS=20000 npm test -- test/sdk/reducer.test.ts` looks longer. */
const RUNS = Number(process.env.KOINE_SDK_RUNS ?? 300);

test('whatever is delivered and read in whatever order, a client knows what a new one would read', async () => {
  const history = fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => {
    const model = new Model();
    for (let warm = 0; warm < 6; warm += 1) model.send(pick(ROOMS, warm), pick(PEOPLE, warm).id, [], null);
    const reader = new Reader(model);
    for (const { kind, what, a, b } of steps) {
      if (kind < 5) pick(ACTIONS, what)(model, a, b);
      else if (kind < 7) reader.deliver(pick(STREAMS, what), 1 + (b % 4));
      else if (kind < 8) reader.begin(pick(READS, what)(a));
      else await reader.answer(what);
    }
    const state = await reader.finish();
    const expected = fresh(model, state);
    assert.deepEqual(comparable(state, expected), comparable(expected, state));
    assert.equal(state.notifications.unread, expected.notifications.unread);
  });
  await fc.assert(history, { numRuns: RUNS, examples: [[BLOCKED], [DELETED]] });
});

test('an event changes nothing twice, and nothing of a stream that is not followed', () => {
  const model = new Model();
  let state = follow(absorbSync(EMPTY, model.sync()), ROOMS);
  state = absorbPosts(state, 'all', model.posts(), true);
  for (const [index, action] of [...ACTIONS, ...ACTIONS].entries()) action(model, index, index);
  for (const events of model.log.values())
    for (const event of events) {
      const once = apply(state, event);
      assert.notEqual(once, state);
      assert.equal(apply(once, event), once);
      assert.equal(apply(EMPTY, event), EMPTY);
      state = once;
    }
});

test('types of events and fields that this version does not know are no fault', () => {
  const state = absorbSync(EMPTY, new Model().sync());
  const unknown = { type: 'weather.changed', stream: ME, seq: 1, data: { rain: true } } as unknown as LiveEvent;
  assert.deepEqual(apply(state, unknown), { ...state, positions: { ...state.positions, [ME]: 1 } });
  const more = { type: 'block.added', stream: ME, seq: 2, data: { id: 'a', why: 'spam' }, when: 3 } as LiveEvent;
  assert.deepEqual(apply({ ...state, blocks: {} }, more).blocks, { a: true });
});
