/** Streams on a connection that tabs share: whenever tabs come, go and fall behind, none misses an event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ClientFrame, Frame, LiveEvent } from '../../packages/client/src/events.ts';
import { createTabLeader, type TabMessage } from '../../packages/client/src/tab-leader.ts';
import { createTabStreams } from '../../packages/client/src/tab-streams.ts';

const STREAM = 'board';
const OWN = 'tab 0';

/** A server with one stream, a connection on which frames of both directions are under way, and tabs. */
class Browser {
  head = 0;
  readonly toServer: ClientFrame[] = [];
  readonly toLeader: Frame[] = [];
  readonly #tabs = new Map<
    string,
    { at: number; hear: (frame: Frame, place: number) => void; note: (frame: ClientFrame) => void }
  >();
  #isFollowed = false;
  readonly #leader = createTabLeader(OWN, {
    send: (frame) => this.toServer.push(frame),
    show: (frame, place) => this.#tabs.get(OWN)?.hear(frame, place),
    post: (message) => this.#post(message),
  });

  publish(): void {
    this.head += 1;
    if (this.#isFollowed) this.#sendFrom(this.head - 1);
  }

  #sendFrom(seq: number): void {
    for (let next = seq + 1; next <= this.head; next += 1)
      this.toLeader.push({ type: 'post.deleted', stream: STREAM, seq: next, data: { id: '' } } as LiveEvent);
  }

  serve(): void {
    const frame = this.toServer.shift();
    if (frame?.type === 'unfollow') this.#isFollowed = false;
    if (frame === undefined || !('have' in frame)) return;
    this.#isFollowed = true;
    this.#sendFrom(frame.have[STREAM] ?? 0);
    if (frame.type === 'hello') this.toLeader.push({ type: 'live' });
  }

  hear(): void {
    const frame = this.toLeader.shift();
    if (frame) this.#leader.hear(frame);
  }

  #post(message: TabMessage): void {
    if (message.kind !== 'frame') return;
    for (const [name, tab] of this.#tabs)
      if (name !== OWN && (message.to === null || message.to === name)) tab.hear(message.frame, message.place);
  }

  /** The tab is somewhere before the head, where it was when it last had a connection. */
  enter(name: string, behind: number): void {
    const at = Math.max(0, this.head - behind);
    const tab = {
      at,
      ...createTabStreams((frame) => {
        if (!('seq' in frame) || frame.type === 'reset') return;
        assert.equal(frame.seq, tab.at + 1, `${name} misses nothing, and sees nothing twice`);
        tab.at = frame.seq;
      }),
    };
    this.#tabs.set(name, tab);
    const hello: ClientFrame = { type: 'hello', epoch: 'one', have: { [STREAM]: at }, heads: true };
    tab.note(hello);
    this.#leader.take(name, hello);
  }

  leave(name: string): void {
    if (this.#tabs.delete(name)) this.#leader.leave(name);
  }

  settle(): void {
    while (this.toServer.length + this.toLeader.length > 0) {
      this.serve();
      this.hear();
    }
    for (const [name, { at }] of this.#tabs) assert.equal(at, this.head, `${name} has seen everything`);
  }
}

const step = fc.oneof(
  fc.record({ act: fc.constantFrom('publish', 'serve', 'hear'), tab: fc.constant(0), behind: fc.constant(0) }),
  fc.record({ act: fc.constantFrom('publish', 'serve', 'hear'), tab: fc.constant(0), behind: fc.constant(0) }),
  fc.record({
    act: fc.constantFrom('enter', 'leave'),
    tab: fc.integer({ min: 1, max: 3 }),
    behind: fc.integer({ min: 0, max: 6 }),
  }),
);

test('no tab misses an event or sees one twice, whenever it comes and however far behind it is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 4 }), (steps, behind) => {
      const browser = new Browser();
      for (let count = 0; count < 5; count += 1) browser.publish();
      browser.enter(OWN, behind);
      for (const { act, tab, behind } of steps) {
        const name = `tab ${tab}`;
        if (act === 'publish') browser.publish();
        else if (act === 'serve') browser.serve();
        else if (act === 'hear') browser.hear();
        else {
          browser.leave(name);
          if (act === 'enter') browser.enter(name, behind);
        }
      }
      browser.settle();
    }),
    { numRuns: 3_000 },
  );
});
