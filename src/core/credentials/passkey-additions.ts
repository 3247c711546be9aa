/** Adds a passkey: the device makes a key pair for this server, which keeps the public key. */
import type { PublicKeyCredentialCreationOptionsJSON, VerifiedRegistrationResponse } from '@simplewebauthn/server';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import { insertPasskey, listCredentialIds, type PasskeyRow } from '../../store/passkeys.ts';
import type { Contents } from '../contents.ts';
import type { Notices } from '../mail/notices.ts';
import type { Actor } from '../model.ts';
import { requireConfirmed } from './confirmed.ts';
import { checkLabel, tooMany } from './labels.ts';
import {
  type Attestation,
  CEREMONY,
  CHALLENGE_LASTS,
  type Challenge,
  refuse,
  type Site,
  webAuthn,
} from './passkey-ceremony.ts';
import type { Tickets } from './tickets.ts';

export type PasskeyAdditions = {
  /** The options of a new passkey. @throws AppError `confirmation_required` */
  preparePasskey(actor: Actor, site: Site): Promise<Challenge<PublicKeyCredentialCreationOptionsJSON>>;
  /** @throws AppError `confirmation_required` | `bad_credentials`: the answer is not to that challenge | `invalid`: there are 20 */
  addPasskey(actor: Actor, label: string, attestation: Attestation, site: Site): Promise<PasskeyRow>;
};

export type PasskeyAdditionsOptions = {
  readonly tickets: Tickets;
  readonly contents: Pick<Contents, 'check'>;
  readonly notices: Notices;
  /** The community's. */
  readonly name: () => Promise<string>;
};

/** Passkeys of an account. */
export const MOST_PASSKEYS = 20;

export function createPasskeyAdditions(
  sql: Sql,
  { tickets, contents, notices, name }: PasskeyAdditionsOptions,
): PasskeyAdditions {
  const additions = tickets.for(
    'new passkey',
    Type.Object({ challenge: Type.String(), rpId: Type.String(), accountId: Type.Number() }),
    CHALLENGE_LASTS,
  );

  return {
    preparePasskey: async (actor, { rpId }) => {
      requireConfirmed(actor);
      const known = await listCredentialIds(sql, { accountId: actor.id, rpId }, MOST_PASSKEYS);
      const { generateRegistrationOptions } = await webAuthn();
      const options = await generateRegistrationOptions({
        rpName: await name(),
        rpID: rpId,
        userID: new TextEncoder().encode(actor.uid),
        userName: actor.username,
        userDisplayName: actor.name ?? actor.username,
        attestationType: 'none',
        excludeCredentials: known.map((id) => ({ id: Buffer.from(id).toString('base64url') })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      const ticket = additions.issue({ challenge: options.challenge, rpId, accountId: actor.id });
      return { ticket, options };
    },

    addPasskey: async (actor, label, attestation, { origin }): Promise<PasskeyRow> => {
      requireConfirmed(actor);
      const { ticket, id, ...response } = attestation;
      const sought = await additions.use(ticket);
      if (sought?.accountId !== actor.id) throw new AppError('bad_credentials');
      const { verifyRegistrationResponse } = await webAuthn();
      const { registrationInfo } = await verifyRegistrationResponse({
        response: { id, rawId: id, response, ...CEREMONY },
        expectedChallenge: sought.challenge,
        expectedOrigin: origin,
        expectedRPID: sought.rpId,
        requireUserVerification: true,
      }).catch(refuse<VerifiedRegistrationResponse>);
      if (registrationInfo === undefined) throw new AppError('bad_credentials');
      const { credential } = registrationInfo;
      const row = {
        accountId: actor.id,
        credentialId: Buffer.from(credential.id, 'base64url'),
        rpId: sought.rpId,
        publicKey: credential.publicKey,
        counter: credential.counter,
        name: checkLabel(contents, label),
      };
      return sql
        .begin(async (tx) => {
          const made = await insertPasskey(tx, row, MOST_PASSKEYS);
          if (made === null) throw tooMany('passkeys', MOST_PASSKEYS);
          await notices.tell(tx, actor.id, { kind: 'passkey-added', facts: { name: row.name } });
          return made;
        })
        .catch((error: unknown) => {
          throw uniqueViolation(error) === null ? error : new AppError('bad_credentials');
        });
    },
  };
}
