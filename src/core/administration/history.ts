/** The servers' measurements of the last day, for admins who have no other monitoring. */

import { invalid } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { deleteHistoryBefore, listHistory, saveMeasures } from '../../store/history.ts';
import { requireRole } from '../community/ranks.ts';
import type { Actor } from '../model.ts';

export type History = {
  /** Stores the measurements of this node, each minute. */
  record(measures: Measures): Promise<void>;
  /** `step`: seconds. @throws AppError `forbidden` | `invalid` */
  readHistory(actor: Actor, hours: number): Promise<{ step: number; points: HistoryPoint[] }>;
  pruneHistory(): Promise<void>;
};

/** Measurements of a minute: counts, or levels at its end. Times in seconds, `cpu` in cores, `memory` in bytes. */
export const MEASURES = [
  'requests',
  'errors',
  'requestTime',
  'messages',
  'messageTime',
  'sockets',
  'frames',
  'waiting',
  'cpu',
  'memory',
] as const;
export type Measures = Readonly<Record<(typeof MEASURES)[number], number>>;

/** `at`: Unix ms, when the step begins. */
export type HistoryPoint = { readonly at: number } & Partial<Measures>;

const WORST: readonly (keyof Measures)[] = ['requestTime', 'messageTime'];
export const HOURS_MAX = 24;
const KEPT_HOURS = 26;
const PRUNED_AT_ONCE = 1_000;
/** Seconds of a point: of the last hours, and of a day. */
const FINE = 60;
const COARSE = 300;
const FINE_HOURS = 3;

export function createHistory(sql: Sql, node: string): History {
  return {
    record: (measures): Promise<void> => saveMeasures(sql, node, measures),

    readHistory: async (actor, hours): Promise<{ step: number; points: HistoryPoint[] }> => {
      requireRole(actor, 'admin');
      if (!Number.isInteger(hours) || hours < 1 || hours > HOURS_MAX)
        throw invalid('hours', 'high', `hours must be from 1 to ${HOURS_MAX}`, { limit: HOURS_MAX });
      const step = hours <= FINE_HOURS ? FINE : COARSE;
      const rows = await listHistory(sql, { seconds: hours * 3_600, step, worst: WORST });
      return { step, points: rows.map(({ at, values }) => ({ ...values, at: at.getTime() })) };
    },

    pruneHistory: async (): Promise<void> => {
      while ((await deleteHistoryBefore(sql, KEPT_HOURS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}
