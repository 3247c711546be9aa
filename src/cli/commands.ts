/** All commands, in the order of the help. */
import { adminGrant, adminRevoke } from './admin.ts';
import { backup } from './backup.ts';
import { BOT_COMMANDS } from './bots.ts';
import { checkConfig } from './check-config.ts';
import { HOOK_COMMANDS } from './hooks.ts';
import { importFile, importRelay } from './import.ts';
import { invite } from './invite.ts';
import { migrateDatabase } from './migrate.ts';
import { MODERATE_REPORTS } from './moderate-reports.ts';
import { MODERATE_SANCTIONS } from './moderate-sanctions.ts';
import { reindex } from './reindex.ts';
import { restore } from './restore.ts';
import { start } from './start.ts';
import { TOKEN } from './token.ts';
import { userDisable, userEnable } from './user-access.ts';
import { userDelete } from './user-delete.ts';
import { userExport } from './user-export.ts';
import { userList } from './user-list.ts';
import { userResetPassword } from './user-reset-password.ts';
import { userResetSecondFactor } from './user-reset-second-factor.ts';
import { userRole } from './user-role.ts';
import { verify } from './verify.ts';

export const COMMANDS = [
  start,
  checkConfig,
  migrateDatabase,
  backup,
  restore,
  verify,
  reindex,
  importRelay,
  importFile,
  adminGrant,
  adminRevoke,
  invite,
  userList,
  userRole,
  userDisable,
  userEnable,
  userResetPassword,
  userResetSecondFactor,
  userExport,
  userDelete,
  ...TOKEN,
  ...BOT_COMMANDS,
  ...HOOK_COMMANDS,
  ...MODERATE_REPORTS,
  ...MODERATE_SANCTIONS,
];
