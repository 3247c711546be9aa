/**
 * Sanctions against accounts. `silence`: it reads and does not write. `suspension`, `ban`: it does not get in. `warning`, `removal` (of a
 * text): it is told. They end by themselves, and a new one takes the place of an earlier one of its kind.
 */
import { AppError, invalid, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { lockRoles } from '../../store/roles.ts';
import {
  findKeyedSanction,
  insertSanction,
  liftEarlier,
  liftSanction,
  listSanctionsOf,
  lockSanction,
  type SanctionKind,
  type SanctionRow,
} from '../../store/sanctions.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import { withBots } from '../bots/with-bots.ts';
import { requireAnotherOwner } from '../community/owners.ts';
import { rankOf, requireRole } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import type { StreamFact } from '../events/append.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM } from '../events/events.ts';
import { type IdempotencyKey, idempotencyKey, once } from '../idempotency.ts';
import type { Actor } from '../model.ts';
import type { NotifyOfSanction } from '../notifications/moderation-notices.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { endedEverywhere } from '../sessions/session-endings.ts';
import { type Judge, recordActs } from './audit.ts';

export type Sanctions = Judgements & {
  /** A page of an account's sanctions, the newest first. @throws AppError `forbidden` | `not_found` | `invalid` */
  listSanctions(actor: Actor, ref: PersonRef, page?: SanctionPage): Promise<Sanction[]>;
  /** As `listSanctions`, the actor's own. @throws AppError `invalid` */
  listOwnSanctions(actor: Actor, page?: SanctionPage): Promise<Sanction[]>;
  /** Ends a sanction before it expires. @throws AppError `forbidden` | `not_found`: none that is in force has that id */
  lift(actor: Actor, id: number, reason?: string): Promise<void>;
};

/** Times: Unix ms. */
export type Sanction = SanctionRow;

/** `until`: Unix ms; null: for ever. */
export type NewSanction = {
  readonly kind: SanctionKind;
  readonly reason?: string;
  readonly until?: number | null;
};

/** A sanction, and the facts of its transaction. */
export type Sanctioned = {
  readonly sanction: Sanction;
  readonly facts: readonly StreamFact[];
  readonly personal: readonly AccountFact[];
};

/** Sanctions in one page, at most. */
const PAGE = 100;
/** Characters. */
export const REASON_MAX = 1_000;
export const SANCTIONS = ['warning', 'silence', 'suspension', 'ban'] as const satisfies SanctionKind[];
const LASTING: readonly SanctionKind[] = ['silence', 'suspension', 'ban'];
const EXCLUDING: readonly SanctionKind[] = ['suspension', 'ban'];

/** `check`: of texts. */
export type SanctionParts = {
  readonly changes: Changes;
  readonly check: Contents['check'];
  readonly notifyOfSanction: NotifyOfSanction;
};

export function createSanctions(sql: Sql, parts: SanctionParts): Sanctions {
  const { changes, check } = parts;
  return {
    ...createJudgements(sql, parts),

    listSanctions: async (actor, ref, page = {}): Promise<Sanction[]> => {
      requireRole(actor, 'moderator');
      return listOf(sql, (await getPerson(sql, ref)).id, page);
    },

    listOwnSanctions: (actor, page = {}): Promise<Sanction[]> => listOf(sql, actor.id, page),

    lift: (actor, id, reason = ''): Promise<void> => {
      requireRole(actor, 'moderator');
      checkReason(check, reason);
      return changes.run([ACCOUNTS_STREAM], async (tx) => ({
        result: undefined,
        ...(await liftIn(tx, actor, id, reason)),
      }));
    },
  };
}

/** `before`: the id of the last one of the page before. */
type SanctionPage = { readonly before?: number | null; readonly limit?: number };

async function listOf(sql: Sql, accountId: number, { before = null, limit = PAGE }: SanctionPage): Promise<Sanction[]> {
  return listSanctionsOf(sql, accountId, before === null ? null : checkWhole('before', before), limit);
}

export type Judgements = {
  /**
   * @throws AppError `forbidden`: no moderator, or the account's role is not below the actor's | `not_found` | `invalid` |
   * `idempotency_key_reused`
   */
  sanction(judge: Judge, ref: PersonRef, wanted: NewSanction & { readonly key?: string | null }): Promise<Sanction>;
};

/** For moderators, and for operators, who have no actor. */
export function createJudgements(sql: Sql, { changes, check, notifyOfSanction }: SanctionParts): Judgements {
  return {
    sanction: async (judge, ref, { key, ...wanted }): Promise<Sanction> => {
      if (judge !== null) requireRole(judge, 'moderator');
      checkSanction(check, wanted);
      const { id } = await getPerson(sql, ref);
      const keyed = idempotencyKey(key, ['sanction', id, wanted.kind, wanted.reason, wanted.until]);
      const make = () =>
        changes.runNaming([ACCOUNTS_STREAM], async (tx) => {
          await requireOutranks(tx, judge, id);
          const { sanction: result, ...events } = await sanctionIn(tx, judge, id, {
            ...wanted,
            keyed,
            notifyOfSanction,
          });
          return { result, ...events };
        });
      const find = async (text: string) => judge && findKeyedSanction(sql, judge.id, { key: text, ofSignUps: false });
      return once(keyed, find, make);
    },
  };
}

/** In a transaction that holds the stream of accounts, for a caller whose rights were checked. `by` null: the operator. */
export async function sanctionIn(
  tx: Db,
  by: Pick<Actor, 'id'> | null,
  accountId: number,
  {
    kind,
    reason = '',
    until = null,
    cleanupId,
    keyed = null,
    notifyOfSanction,
  }: NewSanction & {
    readonly cleanupId?: number;
    readonly keyed?: IdempotencyKey | null;
  } & Pick<SanctionParts, 'notifyOfSanction'>,
): Promise<Sanctioned> {
  if (EXCLUDING.includes(kind)) await requireAnotherOwner(tx, accountId);
  if (LASTING.includes(kind)) await liftEarlier(tx, accountId, kind);
  const sanction = await insertSanction(tx, accountId, {
    kind,
    reason,
    creatorId: by?.id ?? null,
    until: until === null ? null : new Date(until),
    keyed,
    ...(cleanupId !== undefined && { cleanupId }),
  });
  const after = { id: sanction.id, ...(LASTING.includes(kind) && { until: until && new Date(until).toISOString() }) };
  await recordActs(tx, by, { action: `sanction.${kind}`, accountId, reason, after });
  const facts = await factsOf(tx, kind, accountId);
  // A banned account learns of it when it tries to sign in.
  const notices = kind === 'ban' ? [] : await notifyOfSanction(tx, accountId, sanction.id);
  const own = kind === 'silence' ? await ownAccountFacts(tx, accountId) : [];
  return { sanction, facts, personal: [...notices, ...own] };
}

/** In a transaction that holds the stream of accounts. @throws AppError `forbidden` | `not_found` */
export async function liftIn(tx: Db, judge: Judge, id: number, reason: string): Promise<Omit<Sanctioned, 'sanction'>> {
  const held = await lockSanction(tx, id);
  if (held === null) throw new AppError('not_found');
  const { kind, accountId } = held;
  if (accountId !== null) await requireOutranks(tx, judge, accountId);
  if (!(await liftSanction(tx, id))) throw new AppError('not_found');
  await recordActs(tx, judge, { action: 'sanction.lift', accountId, reason, before: { id, kind } });
  if (accountId === null) return { facts: [], personal: [] };
  return { facts: await changed(tx, accountId), personal: await ownAccountFacts(tx, accountId) };
}

/** Refuses actions against accounts of the same or a higher role. @throws AppError `forbidden` | `not_found`: the account is gone */
export async function requireOutranks(tx: Db, judge: Judge, accountId: number): Promise<void> {
  const roles = await lockRoles(tx, judge === null ? [accountId] : [judge.id, accountId]);
  const role = roles.get(accountId);
  if (role === undefined) throw notFound('account');
  if (judge === null) return;
  const own = roles.get(judge.id) ?? 'member';
  requireRole({ role: own }, 'moderator');
  if (rankOf(role) >= rankOf(own))
    throw new AppError('forbidden', { message: 'Nobody acts against somebody of the same or a higher role' });
}

/** For all nodes. The sessions of excluded accounts stay, and are refused until the sanction ends. */
async function factsOf(tx: Db, kind: SanctionKind, accountId: number): Promise<StreamFact[]> {
  if (kind === 'silence') return changed(tx, accountId);
  if (!EXCLUDING.includes(kind)) return [];
  return (await withBots(tx, accountId)).map((id) => endedEverywhere(id));
}

/** Tells all nodes to read the account and its bots again. */
async function changed(tx: Db, accountId: number): Promise<StreamFact[]> {
  return (await withBots(tx, accountId)).map((id) => ({
    streamId: ACCOUNTS_STREAM,
    fact: { kind: 'account.changed', data: { accountId: id } },
  }));
}

/** @throws AppError `invalid` */
export function checkSanction(check: Contents['check'], { kind, reason = '', until = null }: NewSanction): void {
  checkReason(check, reason);
  if (until === null) return;
  if (!LASTING.includes(kind)) throw invalid('until', 'format', `a ${kind} has no end`);
  if (!(until > Date.now() && until <= 8.64e15)) throw invalid('until', 'low', 'until must be in the future');
}

/** @throws AppError `invalid` */
export function checkReason(check: Contents['check'], reason: string, field = 'reason'): string {
  return reason === '' ? '' : check(field, reason, REASON_MAX);
}
