/**
 * Many accounts, created in the database with one shared hash: hundreds of sign-ups would exceed the password queue's
 * patience on a busy machine.
 */
import { randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { loadOrCreateSecret } from '../../src/config/secrets.ts';
import { comparisonKey, emailKey } from '../../src/core/account-rules.ts';
import { skeletonOf } from '../../src/core/accounts/confusables.ts';
import { createTokens } from '../../src/core/sessions/tokens.ts';
import { type AccountRow, insertAccount } from '../../src/store/accounts.ts';
import type { Sql } from '../../src/store/database.ts';
import { insertSession } from '../../src/store/sessions.ts';
import type { TestServer } from './harness.ts';
import { PASSWORD } from './people.ts';

const HOUR = 3_600;

/** Accounts with the usual password. */
export async function crowd(sql: Sql, usernames: readonly string[]): Promise<AccountRow[]> {
  const passwordHash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  return Promise.all(
    usernames.map((username) => {
      const email = `${username.replaceAll(' ', '.')}@example.org`;
      return insertAccount(sql, {
        username,
        usernameKey: comparisonKey(username),
        skeleton: skeletonOf(username),
        name: null,
        nameKey: null,
        email,
        emailKey: emailKey(email),
        passwordHash,
        avatarUrl: null,
      });
    }),
  );
}

/** The same, with a token for each. */
export async function crowdTokens({ sql, settings }: TestServer, usernames: readonly string[]): Promise<string[]> {
  const { JWT_SECRET, DATA_DIR } = settings as { JWT_SECRET?: string; DATA_DIR: string };
  const tokens = createTokens(
    JWT_SECRET ? new TextEncoder().encode(JWT_SECRET) : await loadOrCreateSecret(DATA_DIR, 'jwt'),
  );
  const accounts = await crowd(sql, usernames);
  return Promise.all(
    accounts.map(async (account) => {
      const sessionId = randomUUID();
      const { now, expires_at } = await insertSession(sql, {
        id: sessionId,
        accountId: account.id,
        ttl: HOUR,
        refreshId: null,
        ...{ agent: null, network: null, scopes: null, appPasswordId: null, identity: null },
      });
      return tokens.sign('access', { ...account, sessionId }, { issuedAt: now, expiresAt: expires_at });
    }),
  );
}
