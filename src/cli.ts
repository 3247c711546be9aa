/** `koine <command>`: what an operator does beside the server, whether it runs or not. Reads the same settings. */
import { adminGrant, adminRevoke } from './cli/admin.ts';
import { backup } from './cli/backup.ts';
import { checkConfig } from './cli/check-config.ts';
import { runCommandLine } from './cli/command-line.ts';
import { importFile, importRelay } from './cli/import.ts';
import { migrateDatabase } from './cli/migrate.ts';
import { restore } from './cli/restore.ts';
import { start } from './cli/start.ts';
import { userDisable, userEnable } from './cli/user-access.ts';
import { userDelete } from './cli/user-delete.ts';
import { userExport } from './cli/user-export.ts';
import { userList } from './cli/user-list.ts';
import { userResetPassword } from './cli/user-reset-password.ts';
import { verify } from './cli/verify.ts';

const COMMANDS = [
  start,
  checkConfig,
  migrateDatabase,
  backup,
  restore,
  verify,
  importRelay,
  importFile,
  adminGrant,
  adminRevoke,
  userList,
  userDisable,
  userEnable,
  userResetPassword,
  userExport,
  userDelete,
];

await runCommandLine(COMMANDS, process.argv.slice(2));
