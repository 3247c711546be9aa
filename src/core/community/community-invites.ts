/** Invitations to the community: anyone who has the code of one may join, until it expires, is used up or revoked. */
import { randomBytes } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import {
  type CommunityInviteRow,
  deleteCommunityInvite,
  deleteExpiredCommunityInvites,
  findCommunityInvite,
  findKeyedCommunityInvite,
  insertCommunityInvite,
  listCommunityInvites,
  type ShownInviteRow,
} from '../../store/community-invites.ts';
import type { Db, Sql } from '../../store/database.ts';
import { checkEmail, emailKey } from '../account-rules.ts';
import { type IdempotencyKey, idempotencyKey, once } from '../idempotency.ts';
import { findOwnMailbox } from '../mail/notices.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { requireRole } from './ranks.ts';

export type CommunityInvites = {
  /**
   * `email`: gets the link in a letter.
   * @throws AppError `forbidden`: also a letter on a server that sends no mail | `invalid`: out of bounds | `rate_limited`: too many
   * letters go there | `idempotency_key_reused`
   */
  createInvite(
    actor: Actor,
    options?: NewCommunityInvite & { readonly email?: string | undefined },
  ): Promise<CommunityInvite>;
  /** A page of the good ones, the newest first; `after`: the last one of the page before. @throws AppError `forbidden` */
  listInvites(actor: Actor, page?: { after?: Position | null; limit?: number }): Promise<CommunityInvite[]>;
  /** @throws AppError `forbidden` | `not_found` */
  revokeInvite(actor: Actor, code: string): Promise<void>;
  /** Deletes expired ones, in small batches. */
  pruneInvites(): Promise<void>;
};

/** `creator` null: the operator. `maxUses` null: as many as like. Times: Unix ms. */
export type CommunityInvite = {
  readonly code: string;
  readonly creator: Person | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly uses: number;
  readonly maxUses: number | null;
};

export type NewCommunityInvite = {
  /** Seconds. */
  readonly lasts?: number | undefined;
  readonly maxUses?: number | null | undefined;
  readonly key?: string | null | undefined;
};

const CODE_BYTES = 16;
/** Characters. */
export const CODE_MAX = 64;
/** Seconds. */
const LASTS = 7 * 86_400;
export const INVITE_LASTS_MAX = 365 * 86_400;
export const INVITE_USES_MAX = 10_000;

type Position = { readonly createdAt: number; readonly code: string };

type Parts = { readonly outbox: Outbox; readonly show: ShowPerson };

export function createCommunityInvites(sql: Sql, { outbox, show }: Parts): CommunityInvites {
  function toInvite(actor: Actor, { invite, creator }: ShownInviteRow): CommunityInvite {
    const { createdAt, expiresAt } = invite;
    return {
      ...invite,
      createdAt: createdAt.getTime(),
      expiresAt: expiresAt.getTime(),
      creator: creator && show(actor, creator),
    };
  }

  /** @throws AppError `rate_limited`: too many letters go there */
  async function mail(tx: Db, { actor, code, to }: { actor: Actor; code: string; to: string }): Promise<void> {
    const language = (await findOwnMailbox(tx, actor.id))?.language ?? 'en';
    const facts = { by: actor.name ?? actor.username, code };
    const box = { email: to, emailKey: emailKey(to), language };
    if (!(await outbox.put(tx, { kind: 'invite', facts, accountId: actor.id, to: box })))
      throw new AppError('rate_limited', { retryAfter: 3_600 });
  }

  return {
    createInvite: async (actor, { email, ...wanted } = {}): Promise<CommunityInvite> => {
      requireRole(actor, 'moderator');
      if (email !== undefined && !outbox.isOn)
        throw new AppError('forbidden', { message: 'This server sends no mail' });
      const to = email === undefined ? null : checkEmail(email);
      const { key, lasts, maxUses } = wanted;
      const keyed = idempotencyKey(key, ['community invite', lasts, maxUses, to]);
      const make = () =>
        sql.begin(async (tx) => {
          const made = await makeInvite(tx, actor, to === null ? wanted : { maxUses: 1, ...wanted }, keyed);
          if (to !== null) await mail(tx, { actor, code: made.code, to });
          return made;
        });
      const invite = await once(keyed, (text) => findKeyedCommunityInvite(sql, actor.id, text), make);
      return toInvite(actor, { invite, creator: actor });
    },

    listInvites: async (actor, { after = null, limit = 50 } = {}): Promise<CommunityInvite[]> => {
      requireRole(actor, 'moderator');
      const from = after && { createdAt: new Date(after.createdAt), code: after.code };
      const rows = await listCommunityInvites(sql, from, limit);
      return rows.map((row) => toInvite(actor, row));
    },

    revokeInvite: async (actor, code): Promise<void> => {
      requireRole(actor, 'moderator');
      if (!canBeCode(code)) throw new AppError('not_found');
      await sql.begin(async (tx) => {
        if (!(await deleteCommunityInvite(tx, code))) throw new AppError('not_found');
        await recordActs(tx, actor, { action: 'invite.revoke', subject: shortCode(code) });
      });
    },

    pruneInvites: async (): Promise<void> => {
      while ((await deleteExpiredCommunityInvites(sql, 1_000)) === 1_000);
    },
  };
}

/** In a transaction. `creator` null: the operator. @throws AppError `invalid` */
export async function makeInvite(
  tx: Db,
  creator: Pick<Actor, 'id'> | null,
  { lasts = LASTS, maxUses = null }: NewCommunityInvite,
  keyed: IdempotencyKey | null = null,
): Promise<CommunityInviteRow> {
  const wanted = {
    code: randomBytes(CODE_BYTES).toString('base64url'),
    creatorId: creator?.id ?? null,
    keyed,
    lasts: checkWithin('expiresIn', lasts, INVITE_LASTS_MAX),
    maxUses: maxUses === null ? null : checkWithin('maxUses', maxUses, INVITE_USES_MAX),
  };
  const made = await insertCommunityInvite(tx, wanted);
  await recordActs(tx, creator, {
    action: 'invite.create',
    subject: shortCode(made.code),
    after: { maxUses: made.maxUses },
  });
  return made;
}

/** Null: there is none with that code, or it is not good any more. */
export async function findGoodInvite(sql: Sql, code: string): Promise<ShownInviteRow | null> {
  return canBeCode(code) ? findCommunityInvite(sql, code) : null;
}

/** In the log: the start of it, since anyone who has the whole may join. */
function shortCode(code: string): string {
  return `invitation ${code.slice(0, 6)}…`;
}

function canBeCode(text: string): boolean {
  return text.length <= CODE_MAX && !text.includes('\0');
}

/** @throws AppError `invalid` */
function checkWithin(field: string, value: number, limit: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= limit) return value;
  throw invalid(field, value > limit ? 'high' : 'low', `${field} must be a whole number from 1 to ${limit}`, { limit });
}
