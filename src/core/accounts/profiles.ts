/** Profiles: an account with its picture and its bio. */

import { checkAll, invalid, notFound } from '../../errors.ts';
import { findAccount } from '../../store/accounts.ts';
import type { Db, Sql } from '../../store/database.ts';
import { type Privacy, updatePrivacy } from '../../store/privacy.ts';
import { findBio, findOwnAccount, type ProfileRowChange, updateProfile } from '../../store/profiles.ts';
import { type PushSettings, updatePushSettings } from '../../store/push-settings.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Language } from '../mail/letters.ts';
import type { Media } from '../media/media.ts';
import type { Upload } from '../media/stored-images.ts';
import type { Account, Actor, Me, Person, ShowPerson } from '../model.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { checkPushSettings } from '../push/quiet-hours.ts';
import { checkCharacters, checkLength } from '../text.ts';
import { ownAccountFacts, toMe } from './me.ts';
import { checkName } from './names.ts';

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
export type ProfileChange = {
  readonly bio?: string | undefined;
  /** The name of the account where it is shown. Null or blank: by its username. */
  readonly name?: string | null | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly language?: Language | undefined;
  readonly privacy?: Partial<Privacy> | undefined;
  readonly push?: Partial<PushSettings> | undefined;
  readonly image?: Upload | undefined;
};

/** Bytes of JSON. */
const SETTINGS_MAX = 8_192;
/** JSON for characters that jsonb does not have. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

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
    const change = checkTexts(texts);
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

  function checkTexts({
    bio,
    name,
    settings,
    language,
  }: Omit<ProfileChange, 'image' | 'privacy' | 'push'>): ProfileRowChange {
    return checkAll<ProfileRowChange>({
      ...(bio !== undefined && { bio: () => checkBio(bio) }),
      ...(name !== undefined && { name: () => checkName(contents, name ?? '') }),
      ...(settings !== undefined && { settings: () => checkSettings(settings) }),
      ...(language !== undefined && { language: () => language }),
    });
  }

  /** It may be empty, so it is not checked for blanks. */
  function checkBio(bio: string): string {
    checkLength('bio', bio, bioLength);
    checkCharacters('bio', bio);
    return contents.refuseToken('bio', bio);
  }

  function checkSettings(settings: object): string {
    const text = JSON.stringify(settings);
    if (Buffer.byteLength(text) > SETTINGS_MAX)
      throw invalid('settings', 'long', `settings must have at most ${SETTINGS_MAX} bytes`, { limit: SETTINGS_MAX });
    if (UNSTORABLE.test(text)) throw invalid('settings', 'format', 'settings must not contain U+0000 or surrogates');
    return contents.refuseToken('settings', text);
  }

  return {
    own,
    ownAccount,
    update,
    get: async (actor, ref): Promise<Profile> => withBio(show(actor, await getPerson(sql, ref))),
  };
}
