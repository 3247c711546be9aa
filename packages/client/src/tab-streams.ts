/**
 * Streams on a connection that tabs share. A tab that comes later, or was away, has streams sent again from where it is; these events
 * and new ones cross. So each event comes with the position that it follows, and a tab takes it only if it has got as far.
 */
import type { ClientFrame, Frame, LiveEvent, Positions, StreamName } from './events.ts';
import { isEvent, streamOf } from './events.ts';

export type SharedStreams = ReturnType<typeof createSharedStreams>;
export type TabStreams = ReturnType<typeof createTabStreams>;

/** The streams that the one connection follows. */
export function createSharedStreams() {
  const followed = new Set<StreamName>();
  /** Up to where each stream has been sent. */
  const sent = new Map<StreamName, number>();
  /** Positions from which a stream will be sent again, in order. */
  const again = new Map<StreamName, number[]>();

  /** The position that the event follows; null: no tab needs it. */
  function placeOf({ stream, seq }: LiveEvent): number | null {
    const last = sent.get(stream) ?? 0;
    if (seq > last) return last;
    const starts = again.get(stream) ?? [];
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) if (start < seq) return start;
    return null;
  }

  return {
    isFollowed: (stream: StreamName): boolean => followed.has(stream),

    /** A tab is at these positions. @returns those from which the server has to send */
    follow: (have: Positions): Positions => {
      const wanted = Object.entries(have).filter(([stream, seq]) => {
        const last = sent.get(stream);
        if (followed.has(stream) && last !== undefined && last <= seq) return false;
        if (last !== undefined && seq < last) again.set(stream, [...(again.get(stream) ?? []), seq]);
        if (!followed.has(stream)) sent.set(stream, Math.max(last ?? seq, seq));
        followed.add(stream);
        return true;
      });
      return Object.fromEntries(wanted);
    },

    end: (stream: StreamName): void => {
      followed.delete(stream);
    },

    /** The server sent the event. @returns the position that it follows; null: no tab needs it */
    hear: (event: LiveEvent): number | null => {
      const place = placeOf(event);
      if (place === null) return null;
      sent.set(event.stream, event.seq);
      if (event.type === 'room.joined') {
        const joined = streamOf(event.data.id);
        if (!followed.has(joined)) sent.set(joined, Math.max(sent.get(joined) ?? 0, event.data.seq));
        followed.add(joined);
      }
      if (event.type === 'room.left') followed.delete(streamOf(event.data.id));
      return place;
    },
  };
}

/** The position of one tab. */
export function createTabStreams(show: (frame: Frame) => void) {
  const positions = new Map<StreamName, number>();

  function isNext(event: LiveEvent, place: number): boolean {
    const own = positions.get(event.stream);
    if (own === undefined || own < place || event.seq <= own) return false;
    positions.set(event.stream, event.seq);
    if (event.type === 'room.joined') positions.set(streamOf(event.data.id), event.data.seq);
    return true;
  }

  return {
    /** The tab sent this frame. */
    note: (frame: ClientFrame): void => {
      if ('have' in frame) for (const [stream, seq] of Object.entries(frame.have)) positions.set(stream, seq);
      else if (frame.type === 'unfollow') for (const stream of frame.streams) positions.delete(stream);
    },
    /** `place`: the position that an event follows. */
    hear: (frame: Frame, place: number): void => {
      if (!isEvent(frame) && frame.type === 'reset') positions.delete(frame.stream);
      if (!isEvent(frame) || isNext(frame, place)) show(frame);
    },
  };
}
