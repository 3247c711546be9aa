/** `koine invite`: makes an invitation to the community. */
import { INVITE_LASTS_MAX, INVITE_USES_MAX, makeInvite } from '../core/community/community-invites.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { withDatabase } from './database.ts';

const DAY = 86_400;

export const invite: Command = {
  words: ['invite'],
  parameters: [],
  summary: 'make a link by which people join',
  details: 'It is good for a week and for any number of people, unless the options say otherwise.',
  options: {
    uses: { type: 'string', value: 'number', summary: 'how many people may join by it' },
    days: { type: 'string', value: 'number', summary: 'how long it is good' },
  },
  example: 'koine invite --uses 5 --days 30',
  run: async (context, _args, values) => {
    const maxUses = wholeNumber(values, 'uses', INVITE_USES_MAX);
    const days = wholeNumber(values, 'days', INVITE_LASTS_MAX / DAY);
    const config = context.config();
    const made = await withDatabase(config, context.signal, (sql) =>
      sql.begin((tx) => makeInvite(tx, null, { maxUses, lasts: days === null ? undefined : days * DAY })),
    );
    const { host, port, publicUrl } = config;
    const shownHost = host.includes(':') ? `[${host}]` : host;
    const url = `${publicUrl ?? `http://${shownHost}:${port}`}/app/join/${made.code}`;
    const { code, expiresAt } = made;
    return { text: url, data: { url, code, maxUses, expiresAt } };
  },
};

/** Null: not given. */
function wholeNumber(values: Values, name: string, most: number): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const number = /^\d{1,9}$/.test(String(text)) ? Number(text) : 0;
  if (number < 1 || number > most)
    throw new UsageError(`--${name} must be a whole number from 1 to ${most}, not "${text}"`);
  return number;
}
