import type { components } from '../api.ts';
import { withPeople } from '../normalise.ts';
import { newKey, type Parts, pictureBody, segment } from '../parts.ts';
import { personOf } from '../reduce-me.ts';
import type { Me, Page, SignedIn } from '../shapes.ts';
import type { State } from '../state.ts';
import type { PasskeyProof } from './credentials.ts';

export type Session = components['schemas']['OwnSession'];

export type NewAccount = {
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  readonly name?: string;
  /** Of letters to the account. */
  readonly language?: 'en' | 'ru';
  /** The code of an invitation to the community. */
  readonly invite?: string;
  /** The words to the moderators, where they approve accounts. */
  readonly application?: string;
};
/** `code`: of the set-up link. */
export type Setup = components['schemas']['Setup'];
export type Profile = {
  readonly name?: string | null;
  readonly bio?: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly privacy?: components['schemas']['PrivacyChange'];
  readonly push?: components['schemas']['PushSettingsChange'];
};

export type SessionCommands = ReturnType<typeof sessionCommands>;

/** Signing in, and one's own account. Each @throws Problem. */
export function sessionCommands({ rest, store, forget }: Parts & { readonly forget: () => Promise<void> }) {
  function begin(session: SignedIn): SignedIn {
    rest.token = session.token;
    store.update((state) => withMe(state, session.me));
    return session;
  }

  return {
    signUp: async (account: NewAccount): Promise<SignedIn> =>
      begin((await rest.call<SignedIn>('POST', '/v1/accounts', { json: account, key: newKey() })).body),

    /** Makes the owner's account, and names the community. */
    setUp: async (setup: Setup): Promise<SignedIn> =>
      begin((await rest.call<SignedIn>('POST', '/v1/setup', { json: setup })).body),

    /** `login`: a username or an e-mail address. `code`: of the second factor. */
    signIn: async (credentials: { login: string; password: string; code?: string }): Promise<SignedIn> =>
      begin((await rest.call<SignedIn>('POST', '/v1/session', { json: credentials })).body),

    /** `proof`: the answer to `credentials.challengePasskey`. */
    signInByPasskey: async (proof: PasskeyProof): Promise<SignedIn> =>
      begin((await rest.call<SignedIn>('POST', '/v1/session/passkey', { json: proof })).body),

    signOut: async (): Promise<void> => {
      await rest.call('DELETE', '/v1/session');
      rest.token = null;
      await forget();
    },

    list: async (cursor?: string): Promise<Page<Session>> =>
      (await rest.call<Page<Session>>('GET', '/v1/sessions', { query: { cursor } })).body,

    end: async (id: string): Promise<void> => {
      await rest.call('DELETE', `/v1/sessions/${segment(id)}`);
    },

    /** Ends all sessions but this one. @returns how many */
    endOthers: async (): Promise<number> => (await rest.call<{ ended: number }>('DELETE', '/v1/sessions')).body.ended,

    /** Reads one's own account. */
    me: async (): Promise<Me> => await store.read(() => readMe('GET'), withMe),

    change: async (profile: Profile): Promise<Me> => store.read(() => readMe('PATCH', profile), withMe),

    /** Ends all sessions, and begins a new one here: `start` connects with it. */
    changePassword: async (password: string, current: string): Promise<void> => {
      begin((await rest.call<SignedIn>('PUT', '/v1/me/password', { json: { password, current } })).body);
    },

    /** `picture`: its bytes. */
    setAvatar: async (picture: Blob): Promise<Me> =>
      store.read(async () => (await rest.call<Me>('PUT', '/v1/me/avatar', pictureBody(picture))).body, withMe),

    removeAvatar: async (): Promise<void> => {
      await rest.call('DELETE', '/v1/me/avatar');
    },

    /** Ends the account with all that belongs to it. */
    deleteAccount: async (password: string): Promise<void> => {
      await rest.call('DELETE', '/v1/me', { json: { password } });
      rest.token = null;
      await forget();
    },
  };

  async function readMe(method: 'GET' | 'PATCH', json?: Profile): Promise<Me> {
    return (await rest.call<Me>(method, '/v1/me', { json })).body;
  }
}

const withMe = (state: State, me: Me): State => ({ ...withPeople(state, [personOf(me)]), me });
