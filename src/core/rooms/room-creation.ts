/** Creates rooms with their names and members; a pair of accounts has at most one direct room. */

import { AppError, invalid } from '../../errors.ts';
import { existsAccount } from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import {
  findDirectRoom,
  findRoomByKey,
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
import type { Changed, Changes } from '../events/changes.ts';
import { type IdempotencyKey, idempotencyKey, once } from '../idempotency.ts';
import type { Account, Actor, RoomLook } from '../model.ts';
import { getPeople, getPerson, type PersonRef } from '../people/people.ts';
import { requireWelcome } from '../people/privacy.ts';
import { type JoiningParts, joinedFacts } from './joining.ts';
import { named } from './room-access.ts';
import { directName, groupName, numberedName, partnersIn } from './room-names.ts';

export type NewRoom = {
  readonly title?: string;
  /** A web address, or a path on the front end's host. Blank: none. */
  readonly avatar?: string;
  /** The actor becomes a member, listed or not. */
  readonly memberUids?: readonly string[];
};
export type NewGroup = NewRoom & {
  /** An idempotency key. */
  readonly key?: string | null;
};

/** A room, and whether this call created it. */
export type CreatedRoom = { readonly room: RoomRow; readonly created: boolean };

type Look = Pick<RoomLook, 'title' | 'avatarUrl'>;
type Parts = JoiningParts & { readonly changes: Changes; readonly contents: Contents };

export const TITLE_MAX = 200;
/** Members that a room is created with. */
const MEMBERS_MAX = 100;
/** Numbered names that are tried in single steps. */
const SINGLE_STEPS = 8;

export function createRoomCreation(sql: Sql, { changes, contents, ...joining }: Parts) {
  async function createRoom(actor: Actor, wanted: NewRoom): Promise<CreatedRoom> {
    const look = checkLook(contents, wanted);
    const others = await getOthers(actor, wanted.memberUids ?? []);
    const [other] = others;
    if (other !== undefined && others.length === 1 && look.title === null && look.avatarUrl === null)
      return directRoom(actor, other);
    return { room: await makeGroup(actor, others, look, null), created: true };
  }

  /** A group, also of two, and without a title. */
  async function createGroup(actor: Actor, wanted: NewGroup): Promise<RoomRow> {
    const look = checkLook(contents, wanted);
    const { memberUids = [] } = wanted;
    const key = idempotencyKey(wanted.key, ['group', look.title, look.avatarUrl, ...memberUids]);
    return once(
      key,
      (text) => findRoomByKey(sql, actor.id, text),
      async () => makeGroup(actor, await getOthers(actor, memberUids), look, key),
    );
  }

  async function getOthers(actor: Actor, uids: readonly string[]): Promise<Account[]> {
    if (uids.length > MEMBERS_MAX)
      throw invalid('users', 'many', `users must have at most ${MEMBERS_MAX} entries`, {
        limit: MEMBERS_MAX,
        input: uids,
      });
    return (await getPeople(sql, uids)).filter((person) => person.id !== actor.id);
  }

  async function openDirectRoom(actor: Actor, ref: PersonRef): Promise<CreatedRoom> {
    const other = await getPerson(sql, ref);
    if (other.id === actor.id) throw new AppError('self_chat');
    return directRoom(actor, other);
  }

  async function directRoom(actor: Actor, other: Account): Promise<CreatedRoom> {
    const known = await findDirectRoom(sql, actor.id, other.id);
    if (known !== null) return { room: known, created: false };
    return creating<CreatedRoom>(async (tx) => {
      await lockDirectPair(tx, actor.id, other.id);
      const meanwhile = await findDirectRoom(tx, actor.id, other.id);
      if (meanwhile !== null) return { result: { room: meanwhile, created: false } };
      await requireWelcome(tx, actor, [other], 'write');
      const room = await makeDirectRoom(tx, actor, other);
      await insertDirectPair(tx, room.id, actor.id, other.id);
      const ids = [actor.id, other.id];
      await insertMembers(tx, room.id, ids);
      return {
        result: { room, created: true },
        personal: () => joinedFacts(tx, joining, { roomId: room.id, accountIds: ids, by: actor }),
      };
    });
  }

  async function makeGroup(
    actor: Actor,
    others: readonly Account[],
    look: Look,
    key: IdempotencyKey | null,
  ): Promise<RoomRow> {
    const called = look.title ?? (others.map((person) => person.username).join(', ') || actor.username);
    return creating(async (tx) => {
      await requireWelcome(tx, actor, others, 'add');
      const room = await makeRoom(tx, { kind: 'group', name: groupName(called), ...look, creatorId: actor.id, ...key });
      const ids = [actor.id, ...others.map((person) => person.id)];
      await insertMembers(tx, room.id, ids, actor.id);
      return {
        result: room,
        personal: () => joinedFacts(tx, joining, { roomId: room.id, accountIds: ids, by: actor }),
      };
    });
  }

  const creating = <T>(body: (tx: Db) => Promise<Changed<T>>): Promise<T> => changes.runNaming([], body);

  return { createRoom, createGroup, openDirectRoom };
}

/** @throws AppError `invalid` */
export function checkLook(
  contents: Contents,
  { title, avatar }: { readonly title?: string | undefined; readonly avatar?: string | undefined },
): Look {
  const url = checkAvatarUrl(avatar ?? '', 'avatar');
  return {
    title: title === undefined ? null : contents.check('title', title, TITLE_MAX),
    avatarUrl: url === null ? null : contents.refuseToken('avatar', url),
  };
}
/** Creates the direct room under the name that clients compute, with a number appended if another pair has that name. */
export async function makeDirectRoom(
  tx: Db,
  one: { id: number; username: string },
  other: { username: string },
): Promise<RoomRow> {
  const name = directName(one.username, other.username);
  const room = { kind: 'direct', name, title: null, avatarUrl: null, creatorId: one.id } as const;
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
