/** Accounts that another service keeps: here nobody signs up, proves a password, or goes on with a session begun by one. */
import { AppError } from '../../errors.ts';
import type { Core } from '../core.ts';

async function refuse(): Promise<never> {
  throw new AppError('accounts_elsewhere');
}

/** The product less all of that; its tokens that are about are good until they expire. */
export function withoutLocalAccounts(core: Core): Core {
  const { accounts, access, sessions, tokenPairs } = core;
  return {
    ...core,
    accounts: { ...accounts, signUp: refuse, prove: refuse },
    access: { ...access, changePassword: refuse },
    sessions: { ...sessions, start: refuse },
    tokenPairs: { ...tokenPairs, start: refuse, refresh: refuse },
  };
}
