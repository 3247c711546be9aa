/** How chats come to be: named, with their members, and the direct one of two people only once. */

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

export type NewChat = {
  readonly title?: string;
  /** A web address, or a path below where the front end is. Blank: none. */
  readonly avatar?: string;
  /** The actor is a member, named or not. */
  readonly memberUids?: readonly string[];
};

/** A room, and whether it was made just now. */
export type MadeRoom = { readonly room: RoomRow; readonly created: boolean };

const TITLE_MAX = 200;
const MEMBERS_MAX = 100;
/** Numbers for a name that are tried without leaving one out. */
const SINGLE_STEPS = 8;

export function createChatMaking(sql: Sql, contents: Contents) {
  async function createChat(actor: Actor, chat: NewChat): Promise<MadeRoom> {
    const title = chat.title === undefined ? null : contents.check('title', chat.title, TITLE_MAX);
    const avatar = checkAvatarUrl(chat.avatar ?? '', 'avatar');
    contents.refuseToken('avatar', avatar ?? '');
    const uids = chat.memberUids ?? [];
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

  async function openDirectChat(actor: Actor, ref: PersonRef): Promise<MadeRoom> {
    const other = await getPerson(sql, ref);
    if (other.id === actor.id) throw new AppError('self_chat');
    return directRoom(actor, other);
  }

  async function directRoom(actor: Actor, other: Account): Promise<MadeRoom> {
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

  /** One of the people may have gone since they were looked up. */
  async function transaction<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    try {
      // postgres.js' own type of the result is one that TypeScript cannot see through when it is generic.
      return (await sql.begin(work)) as T;
    } catch (error) {
      throw isForeignKeyViolation(error) ? notFound('account') : error;
    }
  }

  return { createChat, openDirectChat };
}

/** The room of the two, under the name that clients compute; with a number behind it where another pair has that name already. */
export async function makeDirectRoom(
  tx: Db,
  one: { id: number; username: string },
  other: { username: string },
): Promise<RoomRow> {
  const name = directName(one.username, other.username);
  const room = { kind: 'direct', name, title: null, avatar: null, creatorId: one.id } as const;
  return makeRoom(tx, room, (numbered) => isComputed(tx, numbered, [one.username, other.username]));
}

/** Whether one of these people and somebody else compute that name for a room of theirs, whether they have one yet or not. */
async function isComputed(tx: Db, name: string, usernames: readonly string[]): Promise<boolean> {
  const partners = usernames.flatMap((username) => partnersIn(name, username)).map(named);
  return partners.length > 0 && (await existsAccount(tx, partners));
}

/** The room, under that name or, where that is taken, with a number behind it that is neither taken nor `withheld`. */
export async function makeRoom(
  tx: Db,
  room: Omit<NewRoomRow, 'streamId'>,
  withheld: (name: string) => Promise<boolean> = async () => false,
): Promise<RoomRow> {
  const streamId = await insertStream(tx);
  let made = await insertRoom(tx, { ...room, streamId });
  // A second turn only when a numbered name is somebody else's, or the numbers begin anew because an account was deleted
  // that had such a room: after a few single steps, steps that double pass thousands of names soon.
  for (let turn = 1; made === null; turn += 1) {
    const step = 2 ** Math.max(0, turn - SINGLE_STEPS);
    const name = numberedName(room.name, await takeNameNumber(tx, room.name, step));
    if (!(await withheld(name))) made = await insertRoom(tx, { ...room, streamId, name });
  }
  return made;
}
