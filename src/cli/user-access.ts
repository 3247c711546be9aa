/** `koine user disable|enable`: blocks an account from signing in, or allows it again. */
import type { AccountAccess } from '../core/accounts/account-access.ts';
import { AppError } from '../errors.ts';
import { accessTo, getNamed, recordOperator } from './accounts.ts';
import type { Command, Context, Report } from './command.ts';
import { withDatabase } from './database.ts';

export const userDisable: Command = {
  words: ['user', 'disable'],
  parameters: ['username'],
  summary: 'end all sessions of an account and block it from signing in',
  details: 'A running server closes its sockets within two seconds. Its content stays.',
  example: 'koine user disable ann',
  run: (context, [username = '']) => change(context, username, 'disable'),
};

export const userEnable: Command = {
  words: ['user', 'enable'],
  parameters: ['username'],
  summary: 'let a disabled account sign in again',
  example: 'koine user enable ann',
  run: (context, [username = '']) => change(context, username, 'enable'),
};

async function change(context: Context, username: string, act: 'disable' | 'enable'): Promise<Report> {
  const config = context.config();
  const { signal } = context;
  return withDatabase(config, signal, async (sql) => {
    const account = await getNamed(sql, username);
    const changed = await isChanged(accessTo(sql, config)[act](account.id));
    if (changed) await recordOperator(sql, account, `account.${act}`);
    return {
      text: `${account.username} ${changed ? 'is' : 'was already'} ${act}d`,
      data: { username: account.username, disabled: act === 'disable', changed },
    };
  });
}

/** Idempotent: repeating it is no error. */
async function isChanged(change: ReturnType<AccountAccess['disable']>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}
