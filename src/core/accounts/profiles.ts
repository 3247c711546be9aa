/** Profiles: an account with its picture and its bio. */

import { notFound } from '../../errors.ts';
import { findAccount } from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import { findBio, findOwnAccount, updateBio } from '../../store/profiles.ts';
import type { Contents } from '../contents.ts';
import type { Media } from '../media/media.ts';
import type { Upload } from '../media/stored-images.ts';
import type { Account, Actor, Me, Person, ShowPerson } from '../model.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { checkCharacters, checkLength } from '../text.ts';
import { toMe } from './me.ts';

export type Profiles = ReturnType<typeof createProfiles>;

/** `image`: a URL that can be loaded. */
export type Profile = Person & { readonly image: string; readonly bio: string };

/** The fields to change; absent ones stay. */
export type ProfileChange = { readonly bio?: string | undefined; readonly image?: Upload | undefined };

export function createProfiles(
  sql: Sql,
  {
    media,
    contents,
    bioLength,
  }: {
    media: Pick<Media, 'setAvatar' | 'avatarUrl'>;
    contents: Contents;
    /** Characters. */
    bioLength: number;
  },
  show: ShowPerson,
) {
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

  /** For its owner. @throws AppError `not_found` */
  async function ownAccount({ id }: Pick<Account, 'id'>): Promise<Me> {
    const account = await findOwnAccount(sql, { id });
    if (account === null) throw notFound('account');
    return toMe(account);
  }

  /**
   * Atomic: changes all fields or none.
   * @throws AppError `invalid` | `not_found` | as `Media.setAvatar`
   */
  async function update(actor: Actor, { bio, image }: ProfileChange): Promise<void> {
    // A bio may be empty, so it is not checked for blanks.
    if (bio !== undefined) {
      checkLength('bio', bio, bioLength);
      checkCharacters('bio', bio);
      contents.refuseToken('bio', bio);
    }
    const also = bio === undefined ? undefined : (db: Db) => updateBio(db, actor.id, bio);
    if (image !== undefined) await media.setAvatar(actor, image, also);
    else if (also !== undefined && !(await also(sql))) throw notFound('account');
  }

  return {
    own,
    ownAccount,
    update,
    /** The profile of any account. @throws AppError `not_found` */
    get: async (actor: Actor, ref: PersonRef): Promise<Profile> => withBio(show(actor, await getPerson(sql, ref))),
  };
}
