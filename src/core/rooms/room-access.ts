/** Access to rooms: members enter their rooms, everybody enters the lobby. To others, a room looks as if it did not exist. */

import { notFound } from '../../errors.ts';
import type { NamedRef } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { findDirectRoomWith, findRoom, findRoomFor, type RoomRef, type RoomRow } from '../../store/rooms.ts';
import { comparisonKey } from '../account-rules.ts';
import type { Actor } from '../model.ts';
import { composed, isUid } from '../text.ts';
import { partnersIn } from './room-names.ts';

export type { RoomRef };

/** The largest id (int4). */
const MAX_ID = 2 ** 31 - 1;

/**
 * The room, if the actor may read and write it. A name means first the actor's room of that name, and then the direct room for
 * which a client computes it; so rooms created later never change the meaning of a name.
 * @throws AppError `not_found`
 */
export async function enterRoom(sql: Sql, actor: Actor, ref: RoomRef): Promise<RoomRow> {
  const room = canExist(ref) ? await findRoomOf(sql, actor, ref) : null;
  if (room === null) throw notFound('room');
  return room;
}

/** Does not check access. @throws AppError `not_found` */
export async function getRoom(sql: Sql, ref: RoomRef): Promise<RoomRow> {
  const room = canExist(ref) ? await findRoom(sql, ref) : null;
  if (room === null) throw notFound('room');
  return room;
}

/** Whether a query with this reference can succeed at all (ranges and formats of the columns). */
export function canExist(ref: RoomRef): boolean {
  if ('id' in ref) return Number.isInteger(ref.id) && ref.id > 0 && ref.id <= MAX_ID;
  return 'uid' in ref ? isUid(ref.uid) : composed(ref.name)?.includes('\0') === false;
}

async function findRoomOf(sql: Sql, { id, username }: Actor, ref: RoomRef): Promise<RoomRow | null> {
  if (!('name' in ref)) return findRoomFor(sql, ref, id);
  // Names are kept in NFC (see room-names.ts).
  const name = composed(ref.name) ?? '';
  return (
    (await findRoomFor(sql, { name }, id)) ?? (await findDirectRoomWith(sql, id, partnersIn(name, username).map(named)))
  );
}

/** A username, as the store looks it up. */
export function named(username: string): NamedRef {
  return { username, key: comparisonKey(username) };
}
