/** Signs in, and confirms the owner of a session, by a passkey. */
import type { PublicKeyCredentialRequestOptionsJSON, VerifiedAuthenticationResponse } from '@simplewebauthn/server';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { findPasskey, notePasskeyUse, type PasskeyKeyRow } from '../../store/passkeys.ts';
import { confirmSession } from '../../store/sessions.ts';
import type { Account, Actor } from '../model.ts';
import { requireLetIn } from '../moderation/exclusions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import {
  type Assertion,
  CEREMONY,
  CHALLENGE_LASTS,
  type Challenge,
  refuse,
  type Site,
  webAuthn,
} from './passkey-ceremony.ts';
import type { Tickets } from './tickets.ts';

export type PasskeyProofs = {
  /** Options for signing in by any passkey that the device has for this server. */
  challengePasskey(site: Site): Promise<Challenge<PublicKeyCredentialRequestOptionsJSON>>;
  /** `address`: the client's; attempts count like sign-ins. @throws AppError `bad_credentials` | `rate_limited` | `suspended` | `banned` */
  provePasskey(assertion: Assertion, site: Site, address: string): Promise<Account>;
  /** The owner of the session is confirmed by a passkey of the account. @throws AppError as `provePasskey` */
  confirmByPasskey(actor: Actor, assertion: Assertion, site: Site, address: string): Promise<void>;
};

export type PasskeyProofsOptions = { readonly tickets: Tickets; readonly guard: SignInGuard };

export function createPasskeyProofs(sql: Sql, { tickets, guard }: PasskeyProofsOptions): PasskeyProofs {
  const signIns = tickets.for(
    'passkey',
    Type.Object({ challenge: Type.String(), rpId: Type.String() }),
    CHALLENGE_LASTS,
  );

  /** @throws AppError `bad_credentials` */
  async function prove({ ticket, id, ...response }: Assertion, { origin }: Site): Promise<Account> {
    const sought = await signIns.use(ticket);
    const row = sought && (await findPasskey(sql, Buffer.from(id, 'base64url'), sought.rpId));
    if (sought === null || row === null) throw new AppError('bad_credentials');
    const { verifyAuthenticationResponse } = await webAuthn();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId: id, response, ...CEREMONY },
      expectedChallenge: sought.challenge,
      expectedOrigin: origin,
      expectedRPID: sought.rpId,
      credential: credentialOf(id, row),
      requireUserVerification: true,
    }).catch(refuse<VerifiedAuthenticationResponse>);
    const isNew = verified && (await notePasskeyUse(sql, row.id, authenticationInfo.newCounter));
    if (!isNew) throw new AppError('bad_credentials');
    return row.account;
  }

  async function provePasskey(assertion: Assertion, site: Site, address: string): Promise<Account> {
    const account = await guard.attempt(`passkey ${assertion.id}`, address, () => prove(assertion, site));
    await requireLetIn(sql, account.id);
    return account;
  }

  return {
    challengePasskey: async ({ rpId }) => {
      const { generateAuthenticationOptions } = await webAuthn();
      const options = await generateAuthenticationOptions({ rpID: rpId, userVerification: 'required' });
      return { ticket: signIns.issue({ challenge: options.challenge, rpId }), options };
    },

    provePasskey,

    confirmByPasskey: async (actor, assertion, site, address): Promise<void> => {
      const account = await provePasskey(assertion, site, address);
      if (account.id !== actor.id) throw new AppError('bad_credentials');
      if (actor.sessionId !== null) await confirmSession(sql, actor.sessionId);
    },
  };
}

function credentialOf(id: string, { publicKey, counter }: PasskeyKeyRow) {
  return { id, publicKey: new Uint8Array(publicKey), counter };
}
