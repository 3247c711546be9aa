/** Follows streams for a reader who keeps a cursor: it moves with each event that is sent. */
import type { Connection } from '../../hub/connection.ts';
import type { Event, KoineStream } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { LiveParts } from './client.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { Follows } from './follows.ts';
import type { Resumption } from './resuming.ts';
import { type LiveFrames, MAX_FOLLOWED, type StreamEncoder } from './streams.ts';

/** The position at which a reader begins, and the streams that it follows. */
export type Start = { readonly cursor: Cursor; readonly resumption: Resumption };

export type Reader = {
  readonly frames: LiveFrames;
  /** How a text is sent, with the cursor behind it; `text` null: the cursor alone. Null: nothing is sent. */
  readonly show: (text: string | null, cursor: () => string) => string | null;
  /** Whether the answer is full. */
  readonly isFull?: () => boolean;
};

export type CursorFollowingParts = Pick<LiveParts, 'hub' | 'resuming' | 'encoderOf'> & {
  readonly sessions: Pick<Sessions, 'bind'>;
};

/** Sends what was missed, then all that happens. @returns once all that was missed has been sent */
export type FollowByCursor = (connection: Connection, actor: Actor, start: Start, reader: Reader) => Promise<void>;

export function createCursorFollowing({ hub, resuming, encoderOf, sessions }: CursorFollowingParts): FollowByCursor {
  return (connection, actor, start, reader) => {
    const { cursor, resumption } = start;
    const { frames, show, isFull = () => false } = reader;
    const position = () => writeCursor(cursor);

    /** The cursor is behind every event that it comes with. */
    function encoder(name: string, stream: KoineStream): StreamEncoder {
      const shared = encoderOf(frames, name, stream);
      const event = (one: Event) => {
        if (isFull()) return null;
        cursor.positions.set(stream.id, one.seq);
        const text = shared.event(one);
        return text === null ? null : show(text, position);
      };
      return { personal: true, name: shared.name, event };
    }

    function heed(event: Event): void {
      const { positions } = cursor;
      if (event.kind === 'room.left') positions.delete(event.data.id);
      if (event.kind === 'room.joined' && !positions.has(event.data.id) && positions.size < MAX_FOLLOWED)
        positions.set(event.data.id, event.data.seq);
    }

    const send = sender(connection, start, reader);
    sessions.bind(connection, actor);
    const follows = new Follows(
      { hub, resuming },
      {
        connection,
        accountId: actor.id,
        encoderOf: encoder,
        onReset: ({ name, seq }) => send(frames.reset(name, seq)),
        onOwnEvent: heed,
      },
    );
    return follows.inTurn(() => follows.follow(resumption));
  };
}

/** Sends what is no event of a stream. */
export function sender(connection: Connection, { cursor }: Start, { show }: Reader): (text: string | null) => void {
  return (text) => {
    const framed = show(text, () => writeCursor(cursor));
    if (framed !== null) connection.sendText(framed);
  };
}
