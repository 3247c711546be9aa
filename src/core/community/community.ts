/** The community: how it is called, how it looks, and how people join it. */
import { AppError, checkAll, invalid } from '../../errors.ts';
import type { AuditState } from '../../store/audit.ts';
import {
  type CommunityRow,
  type CommunityRowChange,
  findCommunity,
  type Registration,
  setCommunityAvatar,
  updateCommunity,
} from '../../store/community.ts';
import type { Sql } from '../../store/database.ts';
import type { Contents } from '../contents.ts';
import type { Media } from '../media/media.ts';
import { attachImages, type Receive, type StoredImage } from '../media/stored-images.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { findGoodInvite } from './community-invites.ts';
import { requireRole } from './ranks.ts';

export type CommunitySettings = {
  /** `invite`: the code that the caller holds. */
  get(invite: string | null): Promise<Community>;
  /** @throws AppError `forbidden`: not an admin, or the environment decides | `invalid` */
  change(actor: Actor, wanted: CommunityChange): Promise<Community>;
  /** The picture is received if the actor may set it. @throws AppError `forbidden`: not an admin | `unsupported_media_type` | `too_large` | `rate_limited` | `quota_exceeded` | `overloaded` */
  setPicture(actor: Actor, receive: Receive): Promise<Community>;
  /** Idempotent. @throws AppError `forbidden`: not an admin */
  removePicture(actor: Actor): Promise<void>;
};

/** The part that anybody sees. */
export type Community = Omit<CommunityRow, 'registration' | 'avatarKey'> & {
  /** Null: there is no picture. */
  readonly avatarUrl: string | null;
  readonly registration: Registration;
  /** Whether the environment says how people join, so that it cannot be changed here. */
  readonly registrationIsFixed: boolean;
  /** The maker of the invitation that the caller holds; null: none is held, it is not good any more, or the operator did. */
  readonly invitedBy: Person | null;
  /** Whether the invitation that the caller holds is good. */
  readonly isInvited: boolean;
};

/** The fields to change; absent ones stay. */
export type CommunityChange = {
  readonly name?: string | undefined;
  /** `#rrggbb`; null: the client's own. */
  readonly color?: string | null | undefined;
  readonly rules?: string | null | undefined;
  readonly registration?: Registration | undefined;
};

export const REGISTRATIONS = ['open', 'invite', 'approval', 'closed'] as const satisfies Registration[];
/** Characters. */
export const COMMUNITY_NAME_MAX = 64;
export const RULES_MAX = 10_000;
const COLOR = /^#[0-9a-f]{6}$/;

export type RegistrationOptions = {
  /** The setting of the environment; undefined: the community decides. */
  readonly registration: Registration | undefined;
  /** Whether accounts are made here at all. */
  readonly localAccounts: boolean;
};

export function createCommunity(
  sql: Sql,
  {
    registration: fixed,
    localAccounts,
    contents,
    media,
    show,
  }: RegistrationOptions & { contents: Contents; media: Pick<Media, 'withAvatar' | 'url'>; show: ShowPerson },
): CommunitySettings {
  async function get(invite: string | null): Promise<Community> {
    const { registration, needsSetup, avatarKey, ...row } = await findCommunity(sql);
    const held = invite === null ? null : await findGoodInvite(sql, invite);
    return {
      ...row,
      avatarUrl: avatarKey === null ? null : media.url(avatarKey),
      needsSetup: needsSetup && localAccounts,
      registration: fixed ?? registration ?? 'open',
      registrationIsFixed: fixed !== undefined,
      isInvited: held !== null,
      invitedBy: held?.creator ? show(null, held.creator) : null,
    };
  }

  async function change(actor: Actor, wanted: CommunityChange): Promise<Community> {
    requireRole(actor, 'admin');
    if (wanted.registration !== undefined && fixed !== undefined && wanted.registration !== fixed)
      throw new AppError('forbidden', { message: 'The setting REGISTRATION of the server says how people join' });
    const checked = checkCommunity(contents, wanted);
    await sql.begin(async (tx) => {
      const before = await findCommunity(tx);
      await updateCommunity(tx, checked);
      await recordActs(tx, actor, {
        action: 'community.change',
        before: shortened(before, checked),
        after: shortened(checked, checked),
      });
    });
    return get(null);
  }

  /** Null: no picture. */
  async function replacePicture(actor: Actor, picture: StoredImage | null): Promise<void> {
    requireRole(actor, 'admin');
    await sql.begin(async (tx) => {
      const { avatarKey: before } = await findCommunity(tx);
      if (picture !== null) await attachImages(tx, [picture]);
      await setCommunityAvatar(tx, picture?.key ?? null);
      await recordActs(tx, actor, {
        action: 'community.change',
        before: { picture: before },
        after: { picture: picture?.key ?? null },
      });
    });
  }

  async function setPicture(actor: Actor, receive: Receive): Promise<Community> {
    requireRole(actor, 'admin');
    await receive((upload) =>
      media.withAvatar(actor, { owner: 'community', upload }, (picture) => replacePicture(actor, picture)),
    );
    return get(null);
  }

  return {
    get,
    change,
    setPicture,
    removePicture: (actor): Promise<void> => replacePicture(actor, null),
  };
}

/** @throws AppError `invalid` */
export function checkCommunity(contents: Pick<Contents, 'check'>, wanted: CommunityChange): CommunityRowChange {
  const { name, color, rules, registration } = wanted;
  return checkAll<CommunityRowChange>({
    ...(name !== undefined && { name: () => checkName(contents, name) }),
    ...(color !== undefined && { color: () => (color === null ? null : checkColor(color)) }),
    ...(rules !== undefined && { rules: () => (rules === null ? null : contents.check('rules', rules, RULES_MAX)) }),
    ...(registration !== undefined && { registration: () => registration }),
  });
}

/** For the log: the fields that were changed, without the rules' text. */
function shortened(values: CommunityRowChange, changed: CommunityRowChange): AuditState {
  const names = ['name', 'color', 'registration'] as const;
  return {
    ...Object.fromEntries(names.filter((name) => name in changed).map((name) => [name, values[name] ?? null])),
    ...('rules' in changed && { rules: values.rules == null ? null : `${values.rules.length} characters` }),
  };
}

function checkName(contents: Pick<Contents, 'check'>, input: string): string {
  const name = contents.check('name', input, COMMUNITY_NAME_MAX).trim();
  if (/[\t\r\n]/.test(name)) throw invalid('name', 'format', 'name must be one line', { input });
  return name;
}

function checkColor(input: string): string {
  const color = input.slice(0, 8).toLowerCase();
  if (!COLOR.test(color)) throw invalid('color', 'format', 'color must be as #rrggbb', { input });
  return color;
}
