/** Set-up: the first account, the owner's, is made by a link in the start message of an installation without accounts. */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { type AccountRow, insertAccount } from '../../store/accounts.ts';
import { beginSetup, endSetup, isSetupDigest, updateCommunity } from '../../store/community.ts';
import type { Db, Sql } from '../../store/database.ts';
import type { NewAccount, NewAccounts } from '../accounts/new-accounts.ts';
import type { Contents } from '../contents.ts';
import type { Addresses } from '../mail/addresses.ts';
import type { Language } from '../mail/letters.ts';
import { type CommunityChange, checkCommunity } from './community.ts';

export type Setup = {
  /**
   * `address`: the client's, for the rate limits.
   * @returns the owner's account
   * @throws AppError `not_found`: the code is not good (any more) | as `Accounts.signUp`
   */
  setUp(setupForm: SetupForm, address: string): Promise<AccountRow>;
};

export type SetupForm = {
  readonly code: string;
  readonly account: NewAccount & { readonly language?: Language | undefined };
  readonly community: CommunityChange;
};

const CODE_BYTES = 24;
/** Characters. */
const CODE_MAX = 64;

type Parts = {
  readonly newAccounts: NewAccounts;
  readonly contents: Contents;
  readonly addresses: Pick<Addresses, 'welcome'>;
};

export function createSetup(sql: Sql, { newAccounts, contents, addresses }: Parts): Setup {
  return {
    setUp: async ({ code, account: { language, ...account }, community }, address): Promise<AccountRow> => {
      const digest = digestOf(code);
      const change = checkCommunity(contents, community);
      if (!(await isSetupDigest(sql, digest))) throw badCode();
      const owner = await newAccounts.make(account, address, (row) =>
        sql.begin(async (tx) => {
          if (!(await endSetup(tx, digest))) throw badCode();
          await updateCommunity(tx, change);
          return insertAccount(tx, row, { role: 'owner' });
        }),
      );
      await addresses.welcome(owner.id, language ?? null);
      return owner;
    },
  };
}

/** @returns a new set-up code, in place of the one before; null: the installation has an owner, or had accounts from the start */
export async function makeSetupCode(db: Db): Promise<string | null> {
  const code = randomBytes(CODE_BYTES).toString('base64url');
  return (await beginSetup(db, digestOf(code))) ? code : null;
}

function digestOf(code: string): Buffer {
  return createHash('sha256').update(code.slice(0, CODE_MAX)).digest();
}

function badCode(): AppError {
  return new AppError('not_found', {
    message: 'The set-up link is not good (any more): the server prints a new one when it starts',
  });
}
