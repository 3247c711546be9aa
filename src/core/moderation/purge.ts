/** Deletes what one account wrote since a time, in small batches and as single deletions do: with tombstones and events for everybody. */
import {
  type AuthoredMessageRow,
  deleteCommentsSince,
  deletePostsSince,
  findMessagesBefore,
} from '../../store/cleanups.ts';
import type { Db, Sql } from '../../store/database.ts';
import { leaveTombstones } from '../../store/message-changes.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { BOARD_STREAM, type Fact } from '../events/events.ts';
import { groupBy } from '../group-by.ts';
import { withdraw } from '../notifications/notify.ts';

/** Messages that are looked at together, and changes of the board in one transaction. */
const MESSAGES = 256;
const BOARD_CHANGES = 64;

export function createPurge(sql: Sql, changes: Changes) {
  async function purgeMessages(accountId: number, since: Date, signal: AbortSignal): Promise<number> {
    let texts = 0;
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      signal.throwIfAborted();
      const found = await findMessagesBefore(sql, { accountId, since, before, limit: MESSAGES });
      const due = found.filter(({ isDue, isDeleted }) => isDue && !isDeleted);
      for (const [roomId, rows] of groupBy(due, (row) => row.roomId)) texts += await deleteIn(roomId, rows);
      const last = found.at(-1);
      if (last === undefined || found.length < MESSAGES || !last.isDue) return texts;
      before = last.id;
    }
  }

  async function deleteIn(roomId: number, rows: readonly AuthoredMessageRow[]): Promise<number> {
    return changes.run([roomId], async (tx) => {
      const seqs = rows.map(({ seq }) => seq);
      const deleted = await leaveTombstones(tx, roomId, seqs);
      const facts = deleted.map(({ seq, at }) => ({
        streamId: roomId,
        fact: { kind: 'message.deleted', data: { seq, deletedAt: at } } as const,
      }));
      const personal: AccountFact[] = [];
      for (const { seq } of deleted) personal.push(...(await withdraw(tx, { roomId, seq })));
      return { result: deleted.length, facts, personal };
    });
  }

  async function purgeBoard(take: (tx: Db) => Promise<Fact[]>, signal: AbortSignal): Promise<number> {
    for (let texts = 0; ; ) {
      signal.throwIfAborted();
      const taken = await changes.run([BOARD_STREAM], async (tx) => {
        const facts = await take(tx);
        return { result: facts.length, facts: facts.map((fact) => ({ streamId: BOARD_STREAM, fact })) };
      });
      texts += taken;
      if (taken < BOARD_CHANGES) return texts;
    }
  }

  /** @returns how many texts were deleted */
  return async (accountId: number, since: Date, signal: AbortSignal): Promise<number> => {
    const posts = async (tx: Db): Promise<Fact[]> =>
      (await deletePostsSince(tx, accountId, since, BOARD_CHANGES)).map((data) => ({ kind: 'post.deleted', data }));
    const comments = async (tx: Db): Promise<Fact[]> =>
      (await deleteCommentsSince(tx, accountId, since, BOARD_CHANGES)).map((data) => ({
        kind: 'comment.deleted',
        data,
      }));
    return (
      (await purgeMessages(accountId, since, signal)) +
      (await purgeBoard(posts, signal)) +
      (await purgeBoard(comments, signal))
    );
  };
}
