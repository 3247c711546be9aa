/** How koine shows accounts, rooms, messages and posts, in answers and in frames. */
import type { Static } from 'typebox';
import type { OwnAccount } from '../../core/accounts/profiles.ts';
import type { Core } from '../../core/core.ts';
import type { Person } from '../../core/model.ts';
import type * as schema from './schema.ts';

/** A person with what only some answers show. */
type Shown = Person & { readonly name?: string | null; readonly bio?: string; readonly online?: boolean };

export type Presenter = ReturnType<typeof createPresenter>;

export function createPresenter({ media }: Pick<Core, 'media'>) {
  /** Never with the e-mail address, whoever asks: what is here goes into frames for many readers. */
  function person({ uid, username, name, avatarKey, avatarUrl, bio, online }: Shown): Static<typeof schema.Person> {
    return {
      id: uid,
      username,
      ...(name != null && { name }),
      avatarUrl: avatarKey === null ? avatarUrl : media.url(avatarKey),
      ...(bio !== undefined && { bio }),
      ...(online !== undefined && { online }),
    };
  }

  function me(account: OwnAccount): Static<typeof schema.Me> {
    const { email, isAdmin, settings, createdAt } = account;
    return {
      ...person(account),
      email: email === '' ? null : email,
      emailVerified: false,
      role: isAdmin ? 'admin' : 'member',
      settings: { ...settings },
      createdAt: moment(createdAt),
    };
  }

  return { person, me };
}

/** `time`: Unix ms. */
export function moment(time: number): string {
  return new Date(time).toISOString();
}
