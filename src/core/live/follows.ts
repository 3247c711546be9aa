/** The streams that one connection follows. */
import { AppError } from '../../errors.ts';
import type { Connection } from '../../hub/connection.ts';
import type { Unfollow } from '../../hub/hub.ts';
import type { Event, KoineEncoder, KoineHub, KoineStream } from '../events/events.ts';
import type { Reset, Resumed, Resuming, Resumption } from './resuming.ts';
import { MAX_FOLLOWED, ME, type Positions, roomStream } from './streams.ts';

export type Follower = {
  readonly connection: Connection;
  readonly accountId: number;
  readonly encoderOf: (name: string, stream: KoineStream) => KoineEncoder;
  readonly onReset: (reset: Reset) => void;
  /** Called for each event of the account's own stream, also while the client does not follow it. */
  readonly onOwnEvent?: (event: Event) => void;
};

type Parts = { readonly hub: KoineHub; readonly resuming: Resuming };

export type Follows = ReturnType<typeof createFollows>;

/** What concerns the streams of one connection is done in turn. */
export function createFollows({ hub, resuming }: Parts, follower: Follower) {
  const { connection, accountId } = follower;
  const followed = new Map<string, { readonly streamId: number; readonly end: Unfollow }>();
  /** Rooms that the account has just joined, with the positions that it was shown. */
  const joined = new Map<string, number>();
  /** Whether the client is shown the events of the account's own stream. This node hears them in any case. */
  let ownIsShown = false;
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T> | T): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  function unfollow(name: string): void {
    followed.get(name)?.end();
    followed.delete(name);
  }

  /** Opens the streams, reads what was missed in all of them, and sends it one stream after the other. */
  async function begin(resumed: readonly Resumed[]): Promise<void> {
    const opened = await openAll(hub, resumed);
    try {
      const missed = await resuming.readMissed(resumed);
      for (const [index, { name, streamId, seq, head }] of resumed.entries()) {
        const stream = opened[index]?.stream as KoineStream;
        unfollow(name);
        const read = missed.get(streamId);
        const known = { checkedAt: head, ...(read && { read }) };
        const end = await hub.replay(stream, connection, encoderOf(name, stream), seq, known);
        if (end !== null) followed.set(name, { streamId, end });
      }
    } finally {
      for (const { unpin } of opened) unpin();
    }
  }

  /** The account's own stream says which rooms are followed from now on. */
  function encoderOf(name: string, stream: KoineStream): KoineEncoder {
    const encoder = follower.encoderOf(name, stream);
    if (name !== ME) return encoder;
    return {
      personal: true,
      event: (event) => {
        heed(event);
        return ownIsShown ? encoder.event(event) : null;
      },
    };
  }

  function heed(event: Event): void {
    if (event.kind === 'room.joined') {
      if (joined.size === 0) void inTurn(followJoined).catch((error: unknown) => connection.fail(error));
      joined.set(roomStream(event.data.uid), event.data.seq);
    }
    if (event.kind === 'room.left') {
      joined.delete(roomStream(event.data.uid));
      unfollow(roomStream(event.data.uid));
    }
    follower.onOwnEvent?.(event);
  }

  async function followJoined(): Promise<void> {
    const fresh = [...joined].filter(([name]) => !followed.has(name));
    joined.clear();
    const have: Positions = Object.fromEntries(fresh.slice(0, MAX_FOLLOWED - followed.size));
    if (!connection.open || fresh.length === 0) return;
    const { resumed } = await resuming.resume(accountId, { epoch: null, have });
    await begin(resumed);
  }

  return {
    inTurn,
    /** The id of the stream, if it is followed. */
    idOf: (name: string): number | undefined => followed.get(name)?.streamId,

    /** @throws AppError `invalid`: too many streams */
    follow: async ({ resumed, resets, me }: Resumption): Promise<void> => {
      const more = resumed.filter(({ name }) => !followed.has(name));
      if (followed.size + more.length > MAX_FOLLOWED)
        throw new AppError('invalid', { message: `a connection follows at most ${MAX_FOLLOWED} streams` });
      for (const reset of resets) {
        if (reset.name === ME) ownIsShown = false;
        else unfollow(reset.name.toLowerCase());
        follower.onReset(reset);
      }
      // The account's own stream comes first, if the client asks for it.
      if (resumed[0]?.name === ME) ownIsShown = true;
      const own = { name: ME, streamId: me.id, seq: me.head, head: me.head };
      const heeded = followed.has(ME) || resumed[0]?.name === ME ? [] : [own];
      await begin([...heeded, ...resumed]);
    },

    unfollow: (names: readonly string[]): void => {
      for (const name of names) {
        if (name === ME) ownIsShown = false;
        else unfollow(name.toLowerCase());
      }
    },
  };
}

/** @throws what opening one of them throws; then none is held */
async function openAll(hub: KoineHub, resumed: readonly Resumed[]) {
  const opened = await Promise.allSettled(
    resumed.map(async ({ streamId }) => {
      const stream = await hub.open(streamId);
      return { stream, unpin: stream.pin() };
    }),
  );
  const failed = opened.find((one) => one.status === 'rejected');
  const held = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return held;
  for (const { unpin } of held) unpin();
  throw failed.reason;
}
