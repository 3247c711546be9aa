/** Wires what signing in needs: passwords, tokens, sessions, second factors, and the limits of attempts. */
import type { Rates } from '../../limits/rates.ts';
import { findCommunity } from '../../store/community.ts';
import type { Sql } from '../../store/database.ts';
import { type Contents, createContents } from '../contents.ts';
import { type CredentialCheck, createCredentialCheck } from '../credentials/check.ts';
import { createSeal, type Seal } from '../credentials/seal.ts';
import { createSecondFactor, type SecondFactor } from '../credentials/second-factor.ts';
import { createTickets, type Tickets } from '../credentials/tickets.ts';
import type { Changes } from '../events/changes.ts';
import type { KoineHub } from '../events/events.ts';
import type { Notices } from '../mail/notices.ts';
import { createStandings, type Standings } from '../moderation/standings.ts';
import { createIdentities, type Identities } from './identities.ts';
import { createIssuer, type IssuerOptions } from './issuer.ts';
import { createKnownNetworks, type KnownNetworks } from './known-networks.ts';
import { createPasswords, type PasswordCost, type Passwords } from './passwords.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignInGuard, type SignInGuard, type SignInRates } from './sign-in-guard.ts';
import { createTokens, type Tokens } from './tokens.ts';

export type SignInOptions = {
  readonly tokenSecret: Uint8Array;
  /** The key of the digests of known networks. */
  readonly networkKey: Uint8Array;
  /** The key of what the database keeps sealed. */
  readonly sealKey: Uint8Array;
  /** Seconds. */
  readonly tokenTtl: number;
  /** The external issuer whose tokens are accepted too. */
  readonly issuer: IssuerOptions | undefined;
  readonly passwordCost: PasswordCost;
  readonly rates: SignInRates & {
    /** Requests, by account. */
    readonly requests: Rates;
    /** Codes of second factors, by account. */
    readonly codes: Rates;
  };
};

export type SignIn = {
  readonly passwords: Passwords;
  readonly knownNetworks: KnownNetworks;
  readonly guard: SignInGuard;
  readonly tokens: Tokens;
  readonly contents: Contents;
  readonly standings: Standings;
  readonly identities: Identities;
  readonly sessions: Sessions;
  readonly seal: Seal;
  readonly tickets: Tickets;
  /** The community's name. */
  readonly name: () => Promise<string>;
  readonly secondFactor: SecondFactor;
  readonly check: CredentialCheck;
};

type Parts = SignInOptions & { readonly changes: Changes; readonly notices: Notices };

export function createSignIn(sql: Sql, hub: KoineHub, { changes, notices, rates, ...options }: Parts): SignIn {
  const passwords = createPasswords(options.passwordCost);
  const knownNetworks = createKnownNetworks(sql, options.networkKey);
  const guard = createSignInGuard(rates, knownNetworks, (accountId, network) => {
    const facts = { network, at: new Date().toISOString().slice(0, 16).replace('T', ' ') };
    return sql.begin((tx) => notices.tell(tx, accountId, { kind: 'new-device', facts }));
  });
  const tokens = createTokens(options.tokenSecret);
  const issuer = options.issuer === undefined ? null : createIssuer(options.issuer);
  const contents = createContents(tokens, issuer);
  const standings = createStandings(sql, hub);
  const identities = createIdentities(sql);
  const sessions = createSessions(sql, hub, {
    ...{ changes, tokens, issuer, identities, standings },
    ttl: options.tokenTtl,
    requests: rates.requests,
  });
  const seal = createSeal(options.sealKey);
  const tickets = createTickets(sql, seal);
  const name = async () => (await findCommunity(sql)).name;
  const secondFactor = createSecondFactor(sql, { seal, rates: rates.codes, name, notices });
  const check = createCredentialCheck(sql, { passwords, secondFactor });
  return {
    ...{ passwords, knownNetworks, guard, tokens, contents, standings, identities, sessions },
    ...{ seal, tickets, name, secondFactor, check },
  };
}
