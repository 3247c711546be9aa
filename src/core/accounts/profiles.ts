/** Profiles: an account with its picture and its bio. */

import { notFound } from '../../errors.ts';
import { findAccount } from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import { type Privacy, updatePrivacy } from '../../store/privacy.ts';
import { findBio, findOwnAccount, updateProfile } from '../../store/profiles.ts';
import { type PushSettings, updatePushSettings } from '../../store/push-settings.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Media } from '../media/media.ts';
import type { Upload } from '../media/stored-images.ts';
import type { Account, Actor, Me, Person, ShowPerson } from '../model.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { checkPushSettings } from '../push/quiet-hours.ts';
import { ownAccountFacts, toMe } from './me.ts';
import { checkProfileTexts, type ProfileTexts } from './profile-texts.ts';

export type Profiles = {
  own(actor: Actor): Promise<Profile>;
  /** For its owner. @throws AppError `not_found` */
  ownAccount(actor: Pick<Account, 'id'>): Promise<Me>;
  /**
   * Atomic: changes all fields or none.
   * @throws AppError `invalid` | `not_found` | as `Media.setAvatar`
   */
  update(actor: Actor, profileChange: ProfileChange): Promise<void>;
  /** The profile of any account. @throws AppError `not_found` */
  get(actor: Actor, ref: PersonRef): Promise<Profile>;
};

/** `image`: a URL that can be loaded. */
export type Profile = Person & { readonly image: string; readonly bio: string };

/** The fields to change; absent ones stay. */
export type ProfileChange = ProfileTexts & {
  readonly privacy?: Partial<Privacy> | undefined;
  readonly push?: Partial<PushSettings> | undefined;
  readonly image?: Upload | undefined;
};

export function createProfiles(
  sql: Sql,
  {
    changes,
    media,
    contents,
    bioLength,
  }: {
    changes: Changes;
    media: Pick<Media, 'setAvatar' | 'avatarUrl'>;
    contents: Contents;
    /** Characters. */
    bioLength: number;
  },
  show: ShowPerson,
): Profiles {
  /** @throws AppError `not_found` */
  async function withBio(person: Person): Promise<Profile> {
    const bio = await findBio(sql, person.id);
    if (bio === null) throw notFound('account');
    return { ...person, image: media.avatarUrl(person.avatarKey), bio };
  }

  async function own(actor: Actor): Promise<Profile> {
    const account = await findAccount(sql, actor.id);
    if (account === null) throw notFound('account');
    return withBio(show(actor, account));
  }

  async function ownAccount({ id }: Pick<Account, 'id'>): Promise<Me> {
    const account = await findOwnAccount(sql, { id });
    if (account === null) throw notFound('account');
    return toMe(account);
  }

  async function update(actor: Actor, { image, privacy, push, ...texts }: ProfileChange): Promise<void> {
    const change = checkProfileTexts(contents, bioLength, texts);
    if (push !== undefined) checkPushSettings(push);
    const also = async (tx: Db) => {
      if (privacy !== undefined) await updatePrivacy(tx, actor.id, privacy);
      if (push !== undefined) await updatePushSettings(tx, actor.id, push);
      return updateProfile(tx, actor.id, change);
    };
    if (image !== undefined) await media.setAvatar(actor, image, also);
    else
      await changes.run([], async (tx) => {
        if (!(await also(tx))) throw notFound('account');
        return { result: null, personal: await ownAccountFacts(tx, actor.id) };
      });
  }

  return {
    own,
    ownAccount,
    update,
    get: async (actor, ref): Promise<Profile> => withBio(show(actor, await getPerson(sql, ref))),
  };
}
