/** Wires what an account signs in with, beside its password. */
import type { Sql } from '../../store/database.ts';
import type { AccessTokens } from './access-tokens.ts';
import { type AppPasswordsOptions, createAppPasswords } from './app-passwords.ts';
import { type ConfirmationOptions, createConfirmation } from './confirmation.ts';
import { createPasskeys, type PasskeysOptions } from './passkeys.ts';
import type { SecondFactor } from './second-factor.ts';

export type Credentials = ReturnType<typeof createCredentials>;

type Parts = AppPasswordsOptions &
  ConfirmationOptions &
  PasskeysOptions & { readonly tokens: AccessTokens; readonly secondFactor: Pick<SecondFactor, 'commands'> };

export function createCredentials(sql: Sql, parts: Parts) {
  return {
    ...parts.tokens,
    ...createAppPasswords(sql, parts),
    ...parts.secondFactor.commands,
    ...createConfirmation(sql, parts),
    ...createPasskeys(sql, parts),
  };
}
