/**
 * `koine check-config`: the effective settings, all mistakes in them, and whether the services that they name are
 * reachable.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, describeConfig, loadConfig, misspeltSettings, type ShownSettings } from '../config/config.ts';
import { createLogger } from '../operations/log.ts';
import { pendingMigrations } from '../store/migrate.ts';
import type { Command, Report } from './command.ts';
import { withDatabaseAsItIs } from './database.ts';
import { withFiles } from './files.ts';

type Check = { readonly part: string; readonly ok: boolean; readonly says: string };

export const checkConfig: Command = {
  words: ['check-config'],
  parameters: [],
  summary: 'show the settings, and check that the services they name are reachable',
  details:
    'Secrets are hidden, and nothing is changed. The exit code is 1 if a setting is invalid or a service is unreachable.',
  example: 'koine check-config',
  run: async ({ signal }) => {
    const { settings, mistakes } = describeConfig();
    const warnings = misspeltSettings();
    if (mistakes.length > 0) return reportMistakes(mistakes, warnings);
    const config = loadConfig();
    const checks = [
      await check('database', () => tryDatabase(config, signal)),
      await check('files', () => tryFiles(config)),
      await check('redis', () => tryRedis(config)),
      await check('mail', () => tryMail(config)),
    ];
    return {
      text: [
        ...settings.map(lineOf),
        '',
        ...warnings.map(warningOf),
        ...checks.map(({ part, ok, says }) => `${part}: ${ok ? '' : 'NO: '}${says}`),
      ].join('\n'),
      data: { settings, mistakes, warnings, checks },
      failed: checks.some(({ ok }) => !ok),
    };
  },
};

function reportMistakes(mistakes: readonly string[], warnings: readonly string[]): Report {
  return { text: [...mistakes, ...warnings.map(warningOf)].join('\n'), data: { mistakes, warnings }, failed: true };
}

function warningOf(warning: string): string {
  return `warning: ${warning}`;
}

function lineOf({ name, value, isSet }: ShownSettings[number]): string {
  return `${isSet ? '*' : ' '} ${name}=${value}`;
}

async function check(part: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { part, ok: true, says: await look() };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { part, ok: false, says: (message || code || 'failed').split('\n')[0] as string };
  }
}

async function tryDatabase(config: Config, signal: AbortSignal): Promise<string> {
  if (config.database.url === undefined && !existsSync(join(config.dataDir, 'postgres', 'PG_VERSION')))
    return 'embedded PostgreSQL, created at the first start';
  const pending = await withDatabaseAsItIs(config, signal, pendingMigrations);
  const schema = pending.length === 0 ? 'up to date' : `${pending.length} migrations behind, applied at the next start`;
  return `reached, ${schema}`;
}

async function tryFiles(config: Config): Promise<string> {
  return withFiles(config, async (blobs) => {
    await blobs.check().catch((error: Error) => {
      throw new Error(`${blobs.place}: ${error.message}`, { cause: error });
    });
    return blobs.place;
  });
}

/** Its greeting, and that it takes the user and the password. */
async function tryMail({ mail }: Config): Promise<string> {
  if (mail === undefined) return 'none';
  // Loaded only when used.
  const { openMailTransport } = await import('../store/mail-transport.ts');
  await openMailTransport(mail.server).check();
  return 'reached';
}

async function tryRedis({ redisUrl }: Config): Promise<string> {
  if (redisUrl === undefined) return 'none: one node';
  // Loaded only when used.
  const { Redis } = await import('../store/redis.ts');
  const redis = await Redis.open(redisUrl, createLogger('silent'));
  try {
    if (redis.client === null) throw new Error('it does not answer');
    await redis.client.ping();
    return 'reached';
  } finally {
    redis.close();
  }
}
