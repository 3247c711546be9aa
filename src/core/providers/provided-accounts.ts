/** The accounts of identities at providers. */
import { AppError } from '../../errors.ts';
import type { AccountRow } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { findIdentityAccount, insertLink } from '../../store/identities.ts';
import type { Admission } from '../community/admission.ts';
import type { Identities } from '../sessions/identities.ts';
import type { Claims } from './provider.ts';

export type ProvidedAccounts = {
  /**
   * The account of the identity, made if joining allows it. `address`: the client's.
   * @throws AppError `registration_closed` | `invite_required` | `sign_up_refused`
   */
  accountOf(claims: Claims, invite: string | undefined, address: string): Promise<AccountRow>;
  /** @throws AppError `forbidden`: the identity is another account's */
  link(claims: Claims, accountId: number): Promise<void>;
};

export type ProvidedAccountsOptions = { readonly identities: Identities; readonly admission: Admission };

export function createProvidedAccounts(sql: Sql, { identities, admission }: ProvidedAccountsOptions): ProvidedAccounts {
  async function accountOf(claims: Claims, invite: string | undefined, address: string): Promise<AccountRow> {
    const known = await findIdentityAccount(sql, claims);
    if (known?.isDisabled) throw new AppError('bad_credentials');
    if (known !== null) return known.account;
    const { invite: code, applies } = await admission.find(invite);
    // Applicants for approval apply with a password.
    if (applies) throw new AppError('invite_required');
    await identities.join(claims, code, address);
    const made = await findIdentityAccount(sql, claims);
    if (made === null) throw new AppError('unavailable');
    return made.account;
  }

  async function link(claims: Claims, accountId: number): Promise<void> {
    if (await insertLink(sql, claims, accountId)) return;
    const known = await findIdentityAccount(sql, claims);
    if (known?.account.id !== accountId) throw new AppError('forbidden');
  }

  return { accountOf, link };
}
