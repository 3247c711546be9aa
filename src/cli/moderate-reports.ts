/** `koine moderate reports|resolve|audit`: the queue of the moderators, and the log of their acts. */
import { exportAudit } from '../core/moderation/audit.ts';
import type { AuditRow } from '../store/audit.ts';
import { listReports, type ReportOutcome, type ReportRow } from '../store/reports.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabase } from './database.ts';
import { idIn, moderationOf } from './moderation.ts';
import { printable } from './printable.ts';

const PAGE = 100;
const OUTCOMES = ['sanctioned', 'lifted', 'nothing'] as const satisfies ReportOutcome[];

const reports: Command = {
  words: ['moderate', 'reports'],
  parameters: [],
  summary: 'list what was reported and waits, the longest waiting first',
  example: 'koine moderate reports --json',
  run: async (context) => {
    await withDatabase(context.config(), context.signal, async (sql) => {
      if (!context.json) context.print(['id', 'since', 'kind', 'reason', 'about', 'by', 'words'].join('\t'));
      for (let from: number | null = null; ; ) {
        context.signal.throwIfAborted();
        const page: ReportRow[] = await listReports(sql, 'open', from, PAGE);
        for (const row of page) context.print(context.json ? JSON.stringify(plain(row)) : lineOf(row));
        from = page.at(-1)?.id ?? null;
        if (page.length < PAGE) return;
      }
    });
    return undefined;
  },
};

const resolve: Command = {
  words: ['moderate', 'resolve'],
  parameters: ['report', 'outcome'],
  summary: 'take a report or an appeal from the queue',
  details: `The outcome is one of ${OUTCOMES.join(', ')} and dismissed. "lifted" ends the sanction that was appealed.`,
  options: { note: { type: 'string', value: 'text', summary: 'for the other moderators' } },
  example: 'koine moderate resolve 12 nothing',
  run: async (context, [report = '', word = ''], values) => {
    const id = idIn(report);
    const outcome = OUTCOMES.find((one) => one === word);
    if (outcome === undefined && word !== 'dismissed')
      throw new UsageError(`the outcome must be one of ${OUTCOMES.join(', ')}, dismissed, not "${word}"`);
    const state = outcome === undefined ? 'dismissed' : 'resolved';
    const note = values.note === undefined ? undefined : String(values.note);
    const config = context.config();
    await withDatabase(config, context.signal, (sql) =>
      moderationOf(sql, config).handle(null, id, { state, outcome, note }),
    );
    return { text: `report ${id} is ${state}`, data: { id, state, outcome: outcome ?? null } };
  },
};

const audit: Command = {
  words: ['moderate', 'audit'],
  parameters: [],
  summary: 'print what moderators, admins and operators did, the oldest first',
  details: 'With --json a line of JSON for each act, as `GET /v1/audit/export` answers it.',
  example: 'koine moderate audit --json > audit.ndjson',
  run: async (context) => {
    await withDatabase(context.config(), context.signal, async (sql) => {
      if (!context.json) context.print(['time', 'by', 'act', 'about', 'subject', 'reason'].join('\t'));
      for await (const row of exportAudit(sql, context.signal))
        context.print(context.json ? JSON.stringify(plainAct(row)) : actLine(row));
    });
    return undefined;
  },
};

export const MODERATE_REPORTS = [reports, resolve, audit];

function plain({ reporter, account, assignee, ...row }: ReportRow) {
  const named = { reporter: reporter?.username, account: account?.username, assignee: assignee?.username };
  return { ...row, ...named, createdAt: new Date(row.createdAt).toISOString() };
}

function lineOf({ id, createdAt, kind, reason, account, reporter, body }: ReportRow): string {
  const people = [account?.username ?? '-', reporter?.username ?? '-'];
  return [id, new Date(createdAt).toISOString(), kind, reason ?? '-', ...people, body].map(cell).join('\t');
}

function plainAct({ actor, account, ...row }: AuditRow) {
  return { ...row, actor: actor?.username ?? null, account: account?.username ?? null };
}

function actLine({ createdAt, actor, byOperator, action, account, subject, reason }: AuditRow): string {
  const by = byOperator ? '(operator)' : (actor?.username ?? '-');
  return [createdAt.toISOString(), by, action, account?.username ?? '-', subject ?? '-', reason].map(cell).join('\t');
}

function cell(value: string | number): string {
  return printable(String(value)).replaceAll(/\s+/g, ' ');
}
