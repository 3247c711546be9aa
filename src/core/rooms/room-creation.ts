/** Creates rooms with their names and members; a pair of accounts has at most one direct room. */

import { AppError, invalid, notFound } from '../../errors.ts';
import { existsAccount } from '../../store/accounts.ts';
import { type Db, isForeignKeyViolation, type Sql } from '../../store/database.ts';
import {
  findDirectRoom,
  insertDirectPair,
  insertMembers,
  insertRoom,
  insertStream,
  lockDirectPair,
  type NewRoomRow,
  type RoomRow,
  takeNameNumber,
} from '../../store/rooms.ts';
import { checkAvatarUrl } from '../account-rules.ts';
import type { Contents } from '../contents.ts';
import type { Account, Actor } from '../model.ts';
import { getPeople, getPerson, type PersonRef } from '../people/people.ts';
import { named } from './room-access.ts';
import { directName, groupName, numberedName, partnersIn } from './room-names.ts';

export type NewRoom = {
  readonly title?: string;
  /** A web address, or a path on the front end's host. Blank: none. */
  readonly avatar?: string;
  /** The actor becomes a member, listed or not. */
  readonly memberUids?: readonly string[];
};

/** A room, and whether this call created it. */
export type CreatedRoom = { readonly room: RoomRow; readonly created: boolean };

const TITLE_MAX = 200;
const MEMBERS_MAX = 100;
/** Numbered names that are tried in single steps. */
const SINGLE_STEPS = 8;

export function createRoomCreation(sql: Sql, contents: Contents) {
  async function createRoom(actor: Actor, wanted: NewRoom): Promise<CreatedRoom> {
    const title = wanted.title === undefined ? null : contents.check('title', wanted.title, TITLE_MAX);
    const avatar = checkAvatarUrl(wanted.avatar ?? '', 'avatar');
    contents.refuseToken('avatar', avatar ?? '');
    const uids = wanted.memberUids ?? [];
    if (uids.length > MEMBERS_MAX)
      throw invalid('users', 'many', `users must have at most ${MEMBERS_MAX} entries`, {
        limit: MEMBERS_MAX,
        input: uids,
      });
    const others = (await getPeople(sql, uids)).filter((person) => person.id !== actor.id);
    const [other] = others;
    if (other !== undefined && others.length === 1 && title === null && avatar === null)
      return directRoom(actor, other);
    return { room: await makeGroup(actor, others, { title, avatar }), created: true };
  }

  async function openDirectRoom(actor: Actor, ref: PersonRef): Promise<CreatedRoom> {
    const other = await getPerson(sql, ref);
    if (other.id === actor.id) throw new AppError('self_chat');
    return directRoom(actor, other);
  }

  async function directRoom(actor: Actor, other: Account): Promise<CreatedRoom> {
    const known = await findDirectRoom(sql, actor.id, other.id);
    if (known !== null) return { room: known, created: false };
    return transaction(async (tx) => {
      await lockDirectPair(tx, actor.id, other.id);
      const meanwhile = await findDirectRoom(tx, actor.id, other.id);
      if (meanwhile !== null) return { room: meanwhile, created: false };
      const room = await makeDirectRoom(tx, actor, other);
      await insertDirectPair(tx, room.id, actor.id, other.id);
      await insertMembers(tx, room.id, [actor.id, other.id]);
      return { room, created: true };
    });
  }

  async function makeGroup(
    actor: Actor,
    others: readonly Account[],
    look: { title: string | null; avatar: string | null },
  ): Promise<RoomRow> {
    const called = look.title ?? (others.map((person) => person.username).join(', ') || actor.username);
    return transaction(async (tx) => {
      const room = await makeRoom(tx, { kind: 'group', name: groupName(called), ...look, creatorId: actor.id });
      await insertMembers(tx, room.id, [actor.id, ...others.map((person) => person.id)]);
      return room;
    });
  }

  /** A foreign key violation means that one of the accounts was deleted meanwhile. */
  async function transaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    try {
      // TypeScript cannot resolve postgres.js' result type for a generic T.
      return (await sql.begin(work)) as T;
    } catch (error) {
      throw isForeignKeyViolation(error) ? notFound('account') : error;
    }
  }

  return { createRoom, openDirectRoom };
}

/** Creates the direct room under the name that clients compute, with a number appended if another pair has that name. */
export async function makeDirectRoom(
  tx: Db,
  one: { id: number; username: string },
  other: { username: string },
): Promise<RoomRow> {
  const name = directName(one.username, other.username);
  const room = { kind: 'direct', name, title: null, avatar: null, creatorId: one.id } as const;
  return makeRoom(tx, room, (numbered) => isComputed(tx, numbered, [one.username, other.username]));
}

/** Whether one of these accounts and some other account would compute that name for their direct room, existing or not. */
async function isComputed(tx: Db, name: string, usernames: readonly string[]): Promise<boolean> {
  const partners = usernames.flatMap((username) => partnersIn(name, username)).map(named);
  return partners.length > 0 && (await existsAccount(tx, partners));
}

/** Creates the room under its name or, if that is taken, with a number appended that is neither taken nor `withheld`. */
export async function makeRoom(
  tx: Db,
  room: Omit<NewRoomRow, 'streamId'>,
  withheld: (name: string) => Promise<boolean> = async () => false,
): Promise<RoomRow> {
  const streamId = await insertStream(tx);
  let made = await insertRoom(tx, { ...room, streamId });
  // More than one attempt only if a numbered name is taken, or the numbering was reset because an account with such a room was
  // deleted: after a few single steps, steps that double soon pass thousands of names.
  for (let attempt = 1; made === null; attempt += 1) {
    const step = 2 ** Math.max(0, attempt - SINGLE_STEPS);
    const name = numberedName(room.name, await takeNameNumber(tx, room.name, step));
    if (!(await withheld(name))) made = await insertRoom(tx, { ...room, streamId, name });
  }
  return made;
}
