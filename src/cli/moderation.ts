/** Parts that commands of moderation share: the operator acts, without an account. */
import type { Config } from '../config/config.ts';
import { createShowPerson } from '../core/accounts/accounts.ts';
import { createChanges } from '../core/events/changes.ts';
import { createCleanupRunner } from '../core/moderation/cleanups.ts';
import { createReportHandling } from '../core/moderation/reports.ts';
import { createJudgements } from '../core/moderation/sanctions.ts';
import { createSignUpBanning } from '../core/moderation/sign-up-bans.ts';
import { createModerationNotices } from '../core/notifications/moderation-notices.ts';
import { checkText } from '../core/text.ts';
import type { Sql } from '../store/database.ts';
import { FOUND_IN_LOG } from './accounts.ts';
import { type Option, UsageError, type Values } from './command.ts';

const DAY = 86_400_000;
const WHOLE = /^[1-9]\d{0,8}$/;

export function moderationOf(sql: Sql, config: Config) {
  const parts = {
    changes: createChanges(sql, FOUND_IN_LOG),
    check: checkText,
    ...createModerationNotices(createShowPerson(config)),
  };
  return {
    ...createJudgements(sql, parts),
    ...createReportHandling(sql, parts),
    ...createSignUpBanning(sql, parts),
    ...createCleanupRunner(sql, parts),
  };
}

export const REASON: Readonly<Record<'reason', Option>> = {
  reason: { type: 'string', value: 'text', summary: 'why; the account is told' },
};
export const DAYS: Readonly<Record<'days', Option>> = {
  days: { type: 'string', value: 'number', summary: 'how long; without it, for ever' },
};

export function reasonIn({ reason = '' }: Values): string {
  return String(reason);
}

/** Unix ms; null: never. */
export function untilIn(values: Values): number | null {
  const days = values.days === undefined ? null : wholeIn(values, 'days');
  return days === null ? null : Date.now() + days * DAY;
}

export function wholeIn(values: Values, name: string): number {
  const text = String(values[name]);
  if (!WHOLE.test(text)) throw new UsageError(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

/** Of a report or a sanction. */
export function idIn(text: string): number {
  if (!WHOLE.test(text)) throw new UsageError(`the id must be a whole number, not "${text}"`);
  return Number(text);
}
