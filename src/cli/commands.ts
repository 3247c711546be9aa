/** All commands, in the order of the help. Each is loaded only if it is asked for: most of the server is loaded by few. */
import type { Command } from './command.ts';

type Loader = () => Promise<Command | readonly Command[]>;

/** By the words that the command, or each command of its file, begins with. */
const LOADERS: Readonly<Record<string, Loader>> = {
  start: async () => (await import('./start.ts')).start,
  'check-config': async () => (await import('./check-config.ts')).checkConfig,
  migrate: async () => (await import('./migrate.ts')).migrateDatabase,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  verify: async () => (await import('./verify.ts')).verify,
  reindex: async () => (await import('./reindex.ts')).reindex,
  import: async () => (await import('./import.ts')).IMPORT_COMMANDS,
  admin: async () => (await import('./admin.ts')).ADMIN_COMMANDS,
  invite: async () => (await import('./invite.ts')).invite,
  'user list': async () => (await import('./user-list.ts')).userList,
  'user role': async () => (await import('./user-role.ts')).userRole,
  'user disable': async () => (await import('./user-access.ts')).userDisable,
  'user enable': async () => (await import('./user-access.ts')).userEnable,
  'user reset-password': async () => (await import('./user-reset-password.ts')).userResetPassword,
  'user reset-second-factor': async () => (await import('./user-reset-second-factor.ts')).userResetSecondFactor,
  'user export': async () => (await import('./user-export.ts')).userExport,
  'user delete': async () => (await import('./user-delete.ts')).userDelete,
  token: async () => (await import('./token.ts')).TOKEN,
  bot: async () => (await import('./bots.ts')).BOT_COMMANDS,
  hook: async () => (await import('./hooks.ts')).HOOK_COMMANDS,
  moderate: async () => [
    ...(await import('./moderate-reports.ts')).MODERATE_REPORTS,
    ...(await import('./moderate-sanctions.ts')).MODERATE_SANCTIONS,
  ],
};

/** @returns the commands that begin with `words`, or whose words `words` begin with; without any, all */
export async function loadCommands(words: readonly string[] = []): Promise<readonly Command[]> {
  const asked = Object.entries(LOADERS).filter(([key]) => isBegunBy(key.split(' '), words));
  return (await Promise.all(asked.map(([, load]) => load()))).flat();
}

function isBegunBy(key: readonly string[], words: readonly string[]): boolean {
  return words.every((word, index) => index >= key.length || word === key[index]);
}
