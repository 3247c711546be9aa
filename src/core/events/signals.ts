/** The signals: messages to followers on any node that are not stored. */
import { type Static, Type } from 'typebox';
import { type FrozenStatic, Id, PersonSchema, Uid } from '../model.ts';

/** Channels of signals that belong to no stream: their numbers are no stream's. Newest positions of rooms, and who is mentioned there. */
export const HEADS_CHANNEL = -1;
/** Accounts as they look now. */
export const PEOPLE_CHANNEL = -2;

/** `key`: a newer signal with the same one replaces one that waits. */
export const SignalSchema = Type.Union([
  /** In a room's stream. */
  Type.Object({ kind: Type.Literal('typing'), key: Uid, uid: Uid }),
  /** In the stream of a room that shows who has read how far. */
  Type.Object({ kind: Type.Literal('read'), key: Type.String({ maxLength: 64 }), uid: Uid, seq: Id }),
  Type.Object({ kind: Type.Literal('head'), key: Uid, roomId: Id, seq: Id }),
  Type.Object({ kind: Type.Literal('mention'), key: Uid, roomId: Id, seq: Id, uids: Type.Array(Uid) }),
  Type.Object({ kind: Type.Literal('person'), key: Uid, person: PersonSchema }),
]);
export type Signal = FrozenStatic<typeof SignalSchema>;
export type SignalOf<Kind extends Static<typeof SignalSchema>['kind']> = Extract<Signal, { kind: Kind }>;
