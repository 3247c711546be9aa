/** Wires what an account signs in with, beside its password. */
import type { Sql } from '../../store/database.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type AppPasswords, type AppPasswordsOptions, createAppPasswords } from './app-passwords.ts';
import { type Confirmation, type ConfirmationOptions, createConfirmation } from './confirmation.ts';
import { createPasskeys, type Passkeys, type PasskeysOptions } from './passkeys.ts';
import type { SecondFactor, SecondFactorCommands } from './second-factor.ts';

export type Credentials = AccessTokens & AppPasswords & SecondFactorCommands & Confirmation & Passkeys;

type Parts = AppPasswordsOptions &
  ConfirmationOptions &
  PasskeysOptions & { readonly tokens: AccessTokens; readonly secondFactor: Pick<SecondFactor, 'commands'> };

export function createCredentials(sql: Sql, parts: Parts): Credentials {
  return {
    ...parts.tokens,
    ...createAppPasswords(sql, parts),
    ...parts.secondFactor.commands,
    ...createConfirmation(sql, parts),
    ...createPasskeys(sql, parts),
  };
}
