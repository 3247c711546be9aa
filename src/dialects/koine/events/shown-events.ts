/** All kinds of events that koine shows, and their frames. */
import { type TObject, Type } from 'typebox';
import type { BoardKind, DataOf, Event, EventKind, MeKind, RoomKind } from '../../../core/events/events.ts';
import type { Presenter } from '../present.ts';
import * as shape from '../schema.ts';
import { BOARD_EVENTS } from './board-events.ts';
import { ME_EVENTS } from './me-events.ts';
import { ROOM_EVENTS } from './room-events.ts';
import type { ShownEvent } from './shown-event.ts';

type ShownKind = RoomKind | BoardKind | MeKind;

const SHOWN: { readonly [Kind in ShownKind]: ShownEvent<DataOf<Kind>> } = {
  ...ROOM_EVENTS,
  ...BOARD_EVENTS,
  ...ME_EVENTS,
};

/** The name of a kind on the wire. */
export function typeOf(kind: ShownKind): string {
  return SHOWN[kind].type ?? kind;
}

/** The schemas of the frames, by type. */
export function eventFrames(): Record<string, TObject> {
  return Object.fromEntries(
    (Object.keys(SHOWN) as ShownKind[]).map((kind) => {
      const type = typeOf(kind);
      const { says: description, data } = SHOWN[kind];
      const frame = { type: Type.Literal(type), stream: shape.Event.properties.stream, seq: shape.Seq, data };
      return [type, Type.Object(frame, { description })];
    }),
  );
}

/** The frame of an event; null: koine does not show it. */
export function eventText(presenter: Presenter, stream: string, { kind, seq, data }: Event): string | null {
  if (!isShown(kind)) return null;
  const present = SHOWN[kind].present as (data: Event['data'], presenter: Presenter) => unknown;
  return JSON.stringify({ type: typeOf(kind), stream, seq, data: present(data, presenter) });
}

function isShown(kind: EventKind): kind is ShownKind {
  return Object.hasOwn(SHOWN, kind);
}
