/** `koine user list`: the accounts, page by page. */
import { isAdmin } from '../core/community/ranks.ts';
import { type AccountOverviewRow, listAccountOverviews } from '../store/account-overviews.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { withDatabase } from './database.ts';

const PAGE = 500;

export const userList: Command = {
  words: ['user', 'list'],
  parameters: [],
  summary: 'list the accounts, ordered by id',
  options: {
    limit: { type: 'string', value: 'number', summary: 'maximum number of accounts' },
    after: { type: 'string', value: 'id', summary: 'only accounts with a larger id, for the next page' },
  },
  example: 'koine user list --limit 50 --after 1200',
  run: async (context, _args, values) => {
    const after = wholeNumber(values, 'after', 0);
    const limit = wholeNumber(values, 'limit', Number.POSITIVE_INFINITY);
    await withDatabase(context.config(), context.signal, async (sql) => {
      if (!context.json) context.print(['id', 'username', 'e-mail', 'created', 'last session', 'bytes', ''].join('\t'));
      let last = after;
      for (let left = limit; left > 0; ) {
        context.signal.throwIfAborted();
        const page = await listAccountOverviews(sql, last, Math.min(left, PAGE));
        for (const row of page) context.print(lineOf(row, context.json));
        last = page.at(-1)?.id ?? last;
        left = page.length < PAGE ? 0 : left - page.length;
      }
    });
    return undefined;
  },
};

function wholeNumber(values: Values, name: string, fallback: number): number {
  const text = values[name];
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(String(text))) throw new UsageError(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function lineOf(row: AccountOverviewRow, json: boolean): string {
  const {
    id,
    uid,
    username,
    email,
    role,
    createdAt: created,
    disabledAt: disabled,
    lastSessionAt: lastSession,
    bytes,
  } = row;
  if (json)
    return JSON.stringify({
      id,
      uid,
      username,
      email,
      role,
      bytes,
      admin: isAdmin(role),
      created,
      disabled,
      lastSession,
    });
  const marks = [role === 'member' ? '' : role, disabled ? 'disabled' : ''].filter((mark) => mark !== '').join(', ');
  return [id, username, email ?? '-', timeOf(created), timeOf(lastSession), bytes, marks].join('\t');
}

function timeOf(date: Date | null): string {
  return date === null
    ? '-'
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/:\d\d\.\d+Z$/, '');
}
