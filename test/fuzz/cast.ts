/** The accounts that send the requests, signed in through every dialect. */
import { postJson } from '../support/harness.ts';

const PASSWORD = 'correct horse';

export type Person = {
  /** The id in social. */
  readonly id: string;
  /** The id in board and messenger. */
  readonly number: number;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  /** By dialect. */
  readonly tokens: Record<string, string>;
  readonly refresh: string;
};

type Account = Pick<Person, 'email' | 'username' | 'password'>;
type Ask = (path: string, body: object) => Promise<{ text: string; json: Record<string, string>; cookie: string }>;

/** Sign-in of an account through each dialect. @returns a token */
export const SIGN_INS = {
  koine: async (ask, { username, password }) => (await ask('/v1/session', { login: username, password })).json.token,
  relay: async (ask, { username, password }) => (await ask('/signin', { username, password })).text,
  lounge: async (ask, { email, password }) => (await ask('/login', { email, password })).json.token,
  board: async (ask, { username, password }) => (await ask('/token', { username, password })).json.access_token,
  social: async (ask, account) => (await ask('/api/auth/login', account)).cookie.replace('token=', ''),
  messenger: async (ask, { username, password }) => (await tokenPair(ask, { username, password })).access,
} satisfies Record<string, (ask: Ask, account: Account) => Promise<string | undefined>>;

/** A name that is valid in every dialect. */
export async function person(url: string, username: string): Promise<Person> {
  const account = { email: `${username}@example.org`, username, password: PASSWORD };
  const ask: Ask = async (path, body) => {
    const answer = await postJson(url + path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    const cookie = (answer.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    return { text, json: isJson ? (JSON.parse(text) as Record<string, string>) : {}, cookie };
  };
  await ask('/createUser', account);
  const tokens: Record<string, string> = {};
  for (const [dialect, signIn] of Object.entries(SIGN_INS)) {
    const token = await signIn(ask, account);
    if (!token) throw new Error(`${dialect} gave no token`);
    tokens[dialect] = token;
  }
  const { refresh = '' } = await tokenPair(ask, { username, password: PASSWORD });
  const me = async <T>(path: string, headers: Record<string, string>) =>
    (await (await fetch(url + path, { headers })).json()) as { id: T };
  const number = (await me<number>('/users/me', { authorization: `Bearer ${tokens.board}` })).id;
  const { id } = await me<string>('/api/auth/current_user', { cookie: `token=${tokens.social}` });
  return { ...account, number, id, tokens, refresh };
}

async function tokenPair(ask: Ask, account: Pick<Account, 'username' | 'password'>): Promise<Record<string, string>> {
  return (await ask('/accounts/api/token/', account)).json;
}
