/** How koine shows accounts. */
import type { Static } from 'typebox';
import { languageOf } from '../../../core/mail/notices.ts';
import type { Media } from '../../../core/media/media.ts';
import type * as core from '../../../core/model.ts';
import type * as schema from '../schema.ts';
import { moment } from '../times.ts';

/** A person with what only some answers show. */
type ShownPerson = core.Person & { readonly bio?: string; readonly online?: boolean };

export type PersonPresenter = (one: ShownPerson) => Static<typeof schema.Person>;

export function createPeoplePresenter(media: Pick<Media, 'pictureUrl'>) {
  /** Never with the e-mail address, whoever asks: what is here goes into frames for many readers. */
  function person(one: ShownPerson): Static<typeof schema.Person> {
    const { uid, username, name, bot, bio, online } = one;
    return {
      id: uid,
      username,
      ...(name !== null && { name }),
      avatarUrl: media.pictureUrl(one),
      ...(bot && { bot }),
      ...(bio !== undefined && { bio }),
      ...(online !== undefined && { online }),
    };
  }

  function me(account: core.Me): Static<typeof schema.Me> {
    const { email, emailVerified, language, privacy, push, role, settings, createdAt, silence } = account;
    return {
      ...person(account),
      email: email === '' ? null : email,
      emailVerified,
      privacy,
      push,
      ...(language !== null && { language: languageOf(language) }),
      role,
      settings: JSON.parse(settings) as Record<string, unknown>,
      createdAt: moment(createdAt),
      ...(silence !== null && { silence: { ...lasting(silence), appealed: silence.appealed } }),
    };
  }

  return { person, me };
}

/** The term of a sanction. `until` null: for ever. */
export function lasting({ id, reason, until }: { readonly id: number; reason: string; readonly until: number | null }) {
  return { id: String(id), reason, ...(until !== null && { until: moment(until) }) };
}
