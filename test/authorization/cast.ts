/** The people of the tables with their data: the owner's post, comment and chat, created anew for every cell. */
import { type Member, member, call as messengerCall } from '../support/board-people.ts';
import type { TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { call as socialCall } from '../support/social-people.ts';
import { watchChanges } from './changes.ts';
import { ROLES, type Role, STATES } from './table.ts';

export type Person = Member & { readonly uid: string };
export type Chat = { readonly uid: string; readonly name: string };

/** The applicant has the password of all others. */
const APPLICANT = { username: 'pending-person', email: 'mail-of-pending-person@example.org' };

/** Part of the chat's messages and title. */
export const PRIVATE_WORDS = 'between the two of us';
export const PRIVATE_TITLE = 'a chat of two';

export class Cast {
  readonly server: TestServer;
  readonly people: Readonly<Record<Exclude<Role, 'anonymous' | 'pending'>, Person>>;
  readonly chat: Chat;
  #made = 0;

  constructor(server: TestServer, people: Cast['people'], chat: Chat) {
    this.server = server;
    this.people = people;
    this.chat = chat;
  }

  get owner(): Person {
    return this.people.owner;
  }

  /** Null: a caller without an account. */
  who(role: Role): Person | null {
    return role === 'anonymous' || role === 'pending' ? null : this.people[role];
  }

  /** The account that requests name as their actor. */
  me(role: Role): Person {
    return role === 'pending' ? { ...this.owner, ...APPLICANT } : (this.who(role) ?? this.owner);
  }

  /** Everybody's tokens, which no answer may repeat. */
  get credentials(): string[] {
    return Object.values(this.people).map(({ token }) => token);
  }

  freshName(): string {
    this.#made += 1;
    return `f${this.#made}`;
  }

  freshAccount(): { username: string; email: string; password: string } {
    const username = this.freshName();
    return { username, email: `mail-of-${username}@example.org`, password: PASSWORD };
  }

  /** A new account without relations. */
  newcomer(): Promise<Person> {
    return personOf(this.server, this.freshName());
  }

  async token(who: Person): Promise<string> {
    const body = { username: who.username, password: PASSWORD };
    return (await messengerCall<{ access: string }>(this.server, 'POST', '/accounts/api/token/', { body })).json.access;
  }

  async ownersPost(): Promise<{ id: number; uid: string }> {
    const { id } = await this.owner.post('a post of the owner');
    const [row] = await this.server.sql<[{ uid: string }]>`select uid from posts where id = ${id}`;
    return { id, uid: row.uid };
  }

  async commentOnOwnersPost(by: Person): Promise<number> {
    return (await by.comment((await this.ownersPost()).id, 'a comment')).id;
  }

  /** Sends a message to a room as one of its members (in the lobby, anybody). */
  async say(room: string, content: string): Promise<void> {
    const path = `/messenger/api/chatrooms/${encodeURIComponent(room)}/messages/`;
    const { status } = await this.owner.call('POST', path, { content });
    if (status !== 201) throw new Error(`${room}: ${status}`);
  }
}

export async function makeCast(server: TestServer): Promise<Cast> {
  const people: Partial<Record<Role, Person>> = {};
  for (const role of [...ROLES, ...STATES])
    if (role !== 'anonymous' && role !== 'pending') people[role] = await personOf(server, `${role}-person`);
  const cast = people as Cast['people'];
  await server.sql`update accounts set role = 'admin' where id = ${cast.admin.id}`;
  const chat = await chatOf(server, cast.owner, cast.member);
  await socialCall(server, 'DELETE', '/auth/logout', { headers: bearer(cast['signed-out'].token) });
  await server.sql`update accounts set disabled_at = now() where id = ${cast.disabled.id}`;
  await moderate(server, cast);
  await watchChanges(server.sql);
  return new Cast(server, cast, chat);
}

/** Puts people into the states that they are called by. */
async function moderate(
  { sql }: TestServer,
  { silenced, suspended, banned, blocked, owner }: Cast['people'],
): Promise<void> {
  await sql`
    insert into sanctions (kind, account_id)
    values ('silence', ${silenced.id}), ('suspension', ${suspended.id}), ('ban', ${banned.id})`;
  await sql`insert into blocks (account_id, blocked_id) values (${owner.id}, ${blocked.id})`;
  const { username, email } = APPLICANT;
  await sql`
    insert into applications (username, username_key, skeleton, email, email_key, password_hash, body)
    select ${username}, ${username}, ${username}, ${email}, ${email}, password_hash, '' from accounts where id = ${owner.id}`;
}

async function personOf(server: TestServer, username: string): Promise<Person> {
  const made = await member(server, username);
  const email = `mail-of-${username}@example.org`;
  const [row] = await server.sql<[{ uid: string }]>`
    update accounts set email = ${email}, email_key = ${email}, email_verified_at = ${isVerified(username)} where id = ${made.id} returning uid`;
  return { ...made, uid: row.uid, email };
}

const isVerified = (username: string): Date | null => (username === 'unverified-person' ? null : new Date());

async function chatOf(server: TestServer, owner: Person, other: Person): Promise<Chat> {
  const headers = bearer(owner.token);
  const body = { title: PRIVATE_TITLE, users: [other.uid] };
  const { id } = (await socialCall<{ id: string }>(server, 'POST', '/chats/create', { headers, body })).json;
  const [room] = await server.sql<[{ name: string }]>`select name from rooms where uid = ${id}`;
  const path = `/messenger/api/chatrooms/${encodeURIComponent(room.name)}/messages/`;
  await owner.call('POST', path, { content: PRIVATE_WORDS });
  return { uid: id, name: room.name };
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
