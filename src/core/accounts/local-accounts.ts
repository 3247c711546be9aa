/** External accounts only: sign-up, passwords and the sessions that begin with them are switched off. */
import { AppError } from '../../errors.ts';
import type { Core } from '../core.ts';

async function refuse(): Promise<never> {
  throw new AppError('accounts_elsewhere');
}

/** Core without local accounts. Tokens issued before stay valid until they expire. */
export function withoutLocalAccounts(core: Core): Core {
  const { accounts, access, community, moderation, removal, resets, sessions, tokenPairs } = core;
  return {
    ...core,
    accounts: { ...accounts, signUp: refuse, identify: refuse, prove: refuse },
    community: { ...community, setUp: refuse },
    moderation: { ...moderation, appealOutside: refuse },
    access: { ...access, changePassword: refuse, requirePassword: refuse },
    resets: { ...resets, request: refuse, complete: refuse },
    removal: { ...removal, removeOwn: refuse },
    sessions: { ...sessions, start: refuse },
    tokenPairs: { ...tokenPairs, start: refuse, refresh: refuse },
  };
}
