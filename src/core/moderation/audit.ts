/** The log of what moderators, admins and operators did: written in the transaction of each act. */
import {
  type AuditRow,
  deleteAuditBefore,
  insertAudit,
  listAudit,
  listAuditAfter,
  type NewAuditRow,
} from '../../store/audit.ts';
import type { Db, Sql } from '../../store/database.ts';
import { requireRole } from '../community/ranks.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { checkWhole, entryBytes, keysetPage, type Listed } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';

export type Audit = {
  /**
   * The newest first; `about`: only what was done to that account. `before`: the id of the last one of the page before.
   * @throws AppError `forbidden` | `not_found` | `invalid`
   */
  listAudit(
    actor: Actor,
    page?: { before?: number | null; about?: PersonRef | null; limit?: number },
  ): Promise<Listed<AuditEntry, number>>;
  /** All of it, the oldest first, while it is read. @throws AppError `forbidden` */
  exportAudit(actor: Actor, signal: AbortSignal): AsyncIterable<AuditEntry>;
  /** Deletes what is older than it is kept, in small batches. */
  pruneAudit(): Promise<void>;
};

/** An act. `accountId`: to whom; `subject`: to what. */
export type Act = Omit<NewAuditRow, 'actorId'>;

/** The acting moderator; null: the operator, on the command line. */
export type Judge = Pick<Actor, 'id' | 'role'> | null;

/** `actor`, `account`: null also where they are gone. Time: Unix ms. */
export type AuditEntry = Omit<AuditRow, 'actor' | 'account' | 'createdAt'> & {
  readonly actor: Person | null;
  readonly account: Person | null;
  readonly createdAt: number;
};

/** Entries in one page, and of an export in one statement. */
const PAGE = 100;
const EXPORTED_AT_ONCE = 1_000;
const PRUNED_AT_ONCE = 1_000;

/** Call it in the transaction of the acts. */
export async function recordActs(tx: Db, judge: Pick<Actor, 'id'> | null, ...acts: readonly Act[]): Promise<void> {
  await insertAudit(
    tx,
    acts.map((act) => ({ ...act, actorId: judge?.id ?? null })),
  );
}

/** Records the removal of a text of somebody else. `subject`: such as `post 5f0c5c70-…`. */
export async function recordRemoval(tx: Db, by: Pick<Actor, 'id'>, accountId: number, subject: string): Promise<void> {
  await recordActs(tx, by, { action: 'text.remove', accountId, subject });
}

/** All entries, the oldest first. */
export async function* exportAudit(db: Db, signal: AbortSignal): AsyncGenerator<AuditRow> {
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const rows = await listAuditAfter(db, after, EXPORTED_AT_ONCE);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < EXPORTED_AT_ONCE) return;
    after = last.id;
  }
}

/** `days`: how long entries are kept. */
export function createAudit(sql: Sql, { show, auditDays: days }: { show: ShowPerson; auditDays: number }): Audit {
  function toEntry(actor: Actor, { actor: by, account, createdAt, ...row }: AuditRow): AuditEntry {
    return {
      ...row,
      actor: by && show(actor, by),
      account: account && show(actor, account),
      createdAt: createdAt.getTime(),
    };
  }

  return {
    listAudit: async (
      actor,
      { before = null, about = null, limit = PAGE } = {},
    ): Promise<Listed<AuditEntry, number>> => {
      requireRole(actor, 'admin');
      const size = Math.min(limit, PAGE);
      const accountId = about === null ? null : (await getPerson(sql, about)).id;
      const from = before === null ? null : checkWhole('before', before);
      const rows = await listAudit(sql, { before: from, accountId, limit: size + 1 });
      return keysetPage(
        rows.map((row) => toEntry(actor, row)),
        { size, bytesOf: ({ reason }) => entryBytes(reason), positionOf: ({ id }) => id },
      );
    },

    exportAudit: (actor, signal): AsyncIterable<AuditEntry> => {
      requireRole(actor, 'admin');
      return entriesOf(exportAudit(sql, signal), (row) => toEntry(actor, row));
    },

    pruneAudit: async (): Promise<void> => {
      while ((await deleteAuditBefore(sql, days, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}

async function* entriesOf<Row, Entry>(rows: AsyncIterable<Row>, toEntry: (row: Row) => Entry): AsyncGenerator<Entry> {
  for await (const row of rows) yield toEntry(row);
}
