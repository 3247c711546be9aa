/** `koine moderate warn|silence|suspend|ban|lift|purge|ban-sign-ups`: what moderators do, by the operator. */

import { createChanges } from '../core/events/changes.ts';
import { ACCOUNTS_STREAM } from '../core/events/events.ts';
import { liftIn } from '../core/moderation/sanctions.ts';
import { findCleanup } from '../store/cleanups.ts';
import { FOUND_IN_LOG, getNamed } from './accounts.ts';
import { type Command, UsageError } from './command.ts';
import { withDatabase } from './database.ts';
import { DAYS, idIn, moderationOf, REASON, reasonIn, untilIn, wholeIn } from './moderation.ts';

const SANCTIONS = [
  { word: 'warn', kind: 'warning', summary: 'tell an account that what it did is not welcome', done: 'warned' },
  { word: 'silence', kind: 'silence', summary: 'let an account read, not write', done: 'silenced' },
  { word: 'suspend', kind: 'suspension', summary: 'keep an account out for a time', done: 'suspended' },
  { word: 'ban', kind: 'ban', summary: 'keep an account out', done: 'banned' },
] as const;

const [warn, silence, suspend, ban] = SANCTIONS.map(
  ({ word, kind, summary, done }): Command => ({
    words: ['moderate', word],
    parameters: ['username'],
    summary,
    details: 'A running server acts on it within two seconds. The account sees the reason, and may appeal once.',
    options: kind === 'warning' ? REASON : { ...DAYS, ...REASON },
    example: `koine moderate ${word} ann${kind === 'warning' ? '' : ' --days 7'} --reason "be kind"`,
    run: async (context, [username = ''], values) => {
      const until = untilIn(values);
      const config = context.config();
      return withDatabase(config, context.signal, async (sql) => {
        const { uid, username: name } = await getNamed(sql, username);
        const { id } = await moderationOf(sql, config).sanction(
          null,
          { uid },
          { kind, until, reason: reasonIn(values) },
        );
        const span = until === null ? '' : ` until ${new Date(until).toISOString()}`;
        return { text: `${name} is ${done}${span} (sanction ${id})`, data: { id, username: name, kind, until } };
      });
    },
  }),
) as [Command, Command, Command, Command];

const lift: Command = {
  words: ['moderate', 'lift'],
  parameters: ['sanction'],
  summary: 'end a sanction, or a ban of sign-ups, before its time',
  options: REASON,
  example: 'koine moderate lift 12',
  run: async (context, [sanction = ''], values) => {
    const id = idIn(sanction);
    await withDatabase(context.config(), context.signal, (sql) =>
      createChanges(sql, FOUND_IN_LOG).run([ACCOUNTS_STREAM], async (tx) => ({
        result: undefined,
        ...(await liftIn(tx, null, id, reasonIn(values))),
      })),
    );
    return { text: `sanction ${id} is lifted`, data: { id, lifted: true } };
  },
};

const purge: Command = {
  words: ['moderate', 'purge'],
  parameters: ['username'],
  summary: 'delete what an account wrote in the last hours',
  details: 'Messages in all rooms, posts and comments. An interrupted purge is ended by a running server.',
  options: { hours: { type: 'string', value: 'number', summary: 'how far back' }, ...REASON },
  example: 'koine moderate purge ann --hours 24',
  run: async (context, [username = ''], values) => {
    if (values.hours === undefined) throw new UsageError('--hours is required');
    const hours = wholeIn(values, 'hours');
    const config = context.config();
    return withDatabase(config, context.signal, async (sql) => {
      const { uid, username: name } = await getNamed(sql, username);
      const moderation = moderationOf(sql, config);
      const { id } = await moderation.beginPurge(null, { uid }, { hours, reason: reasonIn(values) });
      await moderation.run(id, context.signal);
      const texts = (await findCleanup(sql, id))?.texts ?? 0;
      return { text: `${texts} texts of ${name} are deleted`, data: { username: name, hours, texts } };
    });
  },
};

const banSignUps: Command = {
  words: ['moderate', 'ban-sign-ups'],
  parameters: [],
  summary: 'keep new accounts out by name, e-mail domain or network',
  details: 'Accounts that exist are not touched. One of --name, --domain and --network is required.',
  options: {
    name: { type: 'string', value: 'pattern', summary: 'a username; * stands for any letters' },
    domain: { type: 'string', value: 'domain', summary: 'with all domains below it' },
    network: { type: 'string', value: 'network', summary: 'an address, or a range such as 203.0.113.0/24' },
    ...DAYS,
    ...REASON,
  },
  example: 'koine moderate ban-sign-ups --domain mail.example --days 30',
  run: async (context, _args, values) => {
    const config = context.config();
    const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]));
    const wanted = { namePattern: text('name'), emailDomain: text('domain'), network: text('network') };
    const until = untilIn(values);
    const id = await withDatabase(config, context.signal, (sql) =>
      moderationOf(sql, config).banSignUps(null, { ...wanted, until, reason: reasonIn(values) }),
    );
    return { text: `nobody joins by that any more (sanction ${id})`, data: { id, until } };
  },
};

export const MODERATE_SANCTIONS = [warn, silence, suspend, ban, lift, purge, banSignUps];
