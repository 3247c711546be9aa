/** Names of streams as clients know them, and what a dialect shows of them. */
import type { KoineEncoder, KoineStream } from '../events/events.ts';
import type { Person } from '../model.ts';

/** Positions by stream: `me`, `board`, `room:<uid>`. */
export type Positions = Readonly<Record<string, number>>;

/** Streams that a connection may follow. */
export const MAX_FOLLOWED = 500;
/** Accounts that a connection may watch. */
export const MAX_WATCHED = 500;

export const ME = 'me';
export const BOARD = 'board';
const ROOM = 'room:';

export function roomStream(uid: string): string {
  return ROOM + uid;
}

/** The uid of the room, null for another stream. */
export function roomOf(stream: string): string | null {
  return stream.startsWith(ROOM) ? stream.slice(ROOM.length) : null;
}

/** The newest position of a room that is not followed. `mentioned`: the account was, since it read. */
export type Head = { readonly seq: number; readonly mentioned: boolean };

/** A watched account, or what has changed of it. `removed`: there is no such account (any more). */
export type PersonNow = { readonly online: boolean; readonly person?: Person; readonly removed?: boolean };

/** Bytes of a person in a frame, beside the picture's address; and of the people of one frame, about. */
const PERSON_BYTES = 512;
const PORTION_BYTES = 65_536;

/** The people of an answer, frame by frame; one frame at least. */
export function portionsOf(people: ReadonlyMap<string, PersonNow>): ReadonlyMap<string, PersonNow>[] {
  const portions = [new Map<string, PersonNow>()];
  let bytes = 0;
  for (const [uid, now] of people) {
    if (bytes > PORTION_BYTES) {
      portions.push(new Map());
      bytes = 0;
    }
    portions.at(-1)?.set(uid, now);
    bytes += PERSON_BYTES + Buffer.byteLength(now.person?.avatarUrl ?? '');
  }
  return portions;
}

/** A time between these is to pass before a client comes back, in ms. */
export type RetryWindow = readonly [number, number];

/** `name`: of the stream. Thousands of connections keep it, so that it is the same text for all. */
export type StreamEncoder = KoineEncoder & { readonly name: string };

/** How a dialect shows what a live connection tells. */
export type LiveFrames = {
  /** For the events and signals of the stream of that name. */
  readonly encoder: (stream: string) => StreamEncoder;
  readonly reset: (stream: string, seq: number) => string;
  readonly live: () => string;
  /** By stream. */
  readonly heads: (heads: ReadonlyMap<string, Head>) => string;
  /** `online`: how many accounts are. `people`: by uid. */
  readonly people: (online: number, people: ReadonlyMap<string, PersonNow>) => string;
  readonly beat: () => string;
  /** `retryAfter` null: the client shall not come back by itself. */
  readonly bye: (code: number, retryAfter: RetryWindow | null) => string;
};

/** The encoder that all followers of a stream share, so that they share each encoded frame. */
export type StreamEncoders = (frames: LiveFrames, name: string, stream: KoineStream) => StreamEncoder;

export function createStreamEncoders(): StreamEncoders {
  const known = new WeakMap<LiveFrames, WeakMap<KoineStream, StreamEncoder>>();
  return (frames, name, stream) => {
    const own = known.get(frames) ?? new WeakMap<KoineStream, StreamEncoder>();
    known.set(frames, own);
    const encoder = own.get(stream) ?? frames.encoder(name);
    own.set(stream, encoder);
    return encoder;
  };
}
