/** Who sends the requests: people with an account, signed in through every dialect. */
import { postJson } from '../support/harness.ts';

const PASSWORD = 'correct horse';

export type Person = {
  /** The id that social knows. */
  readonly id: string;
  /** The id that board and messenger know. */
  readonly number: number;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  /** By dialect. */
  readonly tokens: Record<string, string>;
  readonly refresh: string;
};

/** A name that every dialect can hold. */
export async function person(url: string, username: string): Promise<Person> {
  const email = `${username}@example.org`;
  const ask = async (path: string, body: object) => {
    const answer = await postJson(url + path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return { text, json: () => JSON.parse(text) as Record<string, string>, cookie: answer.headers.getSetCookie()[0] };
  };
  const account = { email, username, password: PASSWORD };
  await ask('/createUser', account);
  const relay = (await ask('/signin', { username, password: PASSWORD })).text;
  const lounge = (await ask('/login', { email, password: PASSWORD })).json();
  const board = (await ask('/token', { username, password: PASSWORD })).json();
  const social = await ask('/api/auth/login', { email, username, password: PASSWORD });
  const messenger = (await ask('/accounts/api/token/', { username, password: PASSWORD })).json();
  const cookie = (social.cookie ?? '').split(';')[0] as string;
  const me = async <T>(path: string, headers: Record<string, string>) =>
    (await (await fetch(url + path, { headers })).json()) as { id: T };
  return {
    number: (await me<number>('/users/me', { authorization: `Bearer ${board.access_token}` })).id,
    id: (await me<string>('/api/auth/current_user', { cookie })).id,
    username,
    email,
    password: PASSWORD,
    tokens: {
      relay,
      lounge: lounge.token as string,
      board: board.access_token as string,
      social: cookie.replace('token=', ''),
      messenger: messenger.access as string,
    },
    refresh: messenger.refresh as string,
  };
}
