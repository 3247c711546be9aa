/** Who may enter a room: its members; the lobby, everybody. A room of others looks like one that is not there. */

import { notFound } from '../../errors.ts';
import type { NamedRef } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { findDirectRoomWith, findRoom, findRoomFor, type RoomRef, type RoomRow } from '../../store/rooms.ts';
import { comparisonKey } from '../account-rules.ts';
import type { Actor } from '../model.ts';
import { composed, isUid } from '../text.ts';
import { partnersIn } from './room-names.ts';

export type { RoomRef };

/** Where ids end. */
const MAX_ID = 2 ** 31 - 1;

/**
 * The room, if the actor may read it and speak in it. A name is first that of the actor's room which has it, and then the name
 * that a client computes for the actor and somebody else; so a room that is made later never changes what a name means.
 * @throws AppError `not_found`
 */
export async function enterRoom(sql: Sql, actor: Actor, ref: RoomRef): Promise<RoomRow> {
  const room = canExist(ref) ? await findRoomOf(sql, actor, ref) : null;
  if (room === null) throw notFound('room');
  return room;
}

/** Nobody's right to the room is checked here. @throws AppError `not_found` */
export async function getRoom(sql: Sql, ref: { readonly uid: string }): Promise<RoomRow> {
  const room = canExist(ref) ? await findRoom(sql, ref) : null;
  if (room === null) throw notFound('room');
  return room;
}

/** Whether the database can be asked for it at all. */
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

/** Somebody, as the store looks for them by name. */
export function named(username: string): NamedRef {
  return { username, key: comparisonKey(username) };
}
