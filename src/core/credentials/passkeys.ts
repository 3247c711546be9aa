/**
 * Passkeys (WebAuthn): a device signs in by its owner's finger or PIN, without a name or a password. A passkey is two factors in one, so no
 * code is asked for.
 */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  VerifiedAuthenticationResponse,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { type Sql, uniqueViolation } from '../../store/database.ts';
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listCredentialIds,
  listPasskeys,
  notePasskeyUse,
  type PasskeyKeyRow,
  type PasskeyRow,
  renamePasskey,
} from '../../store/passkeys.ts';
import { confirmSession } from '../../store/sessions.ts';
import type { Contents } from '../contents.ts';
import type { Notices } from '../mail/notices.ts';
import type { Account, Actor } from '../model.ts';
import { requireLetIn } from '../moderation/exclusions.ts';
import type { SignInGuard } from '../sessions/sign-in-guard.ts';
import { isUid } from '../text.ts';
import { requireConfirmed } from './confirmed.ts';
import { checkLabel, tooMany } from './labels.ts';
import type { Tickets } from './tickets.ts';

export type Passkey = PasskeyRow;

/** Maximum per account. */
const MOST = 20;
/** Seconds. */
const CHALLENGE_LASTS = 300;

/** The server as the browser sees it. `rpId`: its host. */
export type Site = { readonly rpId: string; readonly origin: string };
/** The device's answer, in base64url. `ticket`: of the challenge. */
type Answered = { readonly ticket: string; readonly id: string; readonly clientDataJSON: string };
export type Attestation = Answered & { readonly attestationObject: string };
export type Assertion = Answered & { readonly authenticatorData: string; readonly signature: string };

/** `options`: for `navigator.credentials`, as JSON. */
export type Challenge<Options> = { readonly ticket: string; readonly options: Options };

export type PasskeysOptions = {
  readonly tickets: Tickets;
  readonly guard: SignInGuard;
  readonly contents: Pick<Contents, 'check'>;
  readonly notices: Notices;
  /** The community's. */
  readonly name: () => Promise<string>;
};

/** The constant fields of a device's answer. */
const CEREMONY = { type: 'public-key', clientExtensionResults: {} } as const;

/** Loaded by the first who needs it: loading it takes as long as all of the rest. */
const webAuthn = () => import('@simplewebauthn/server');

export type Passkeys = {
  /** The options of a new passkey. @throws AppError `confirmation_required` */
  preparePasskey(actor: Actor, site: Site): Promise<Challenge<PublicKeyCredentialCreationOptionsJSON>>;
  /** @throws AppError `confirmation_required` | `bad_credentials`: the answer is not to that challenge | `invalid`: there are 20 */
  addPasskey(actor: Actor, label: string, attestation: Attestation, site: Site): Promise<Passkey>;
  /** The actor's, the newest first. */
  listPasskeys(actor: Pick<Actor, 'id'>): Promise<Passkey[]>;
  /** @throws AppError `not_found` | `invalid` */
  renamePasskey(actor: Pick<Actor, 'id'>, id: string, label: string): Promise<Passkey>;
  /** @throws AppError `confirmation_required` | `not_found` */
  removePasskey(actor: Actor, id: string): Promise<void>;
  /** Options for signing in by any passkey that the device has for this server. */
  challengePasskey(site: Site): Promise<Challenge<PublicKeyCredentialRequestOptionsJSON>>;
  /** `address`: the client's; attempts count like sign-ins. @throws AppError `bad_credentials` | `rate_limited` | `suspended` | `banned` */
  provePasskey(assertion: Assertion, site: Site, address: string): Promise<Account>;
  /** The owner of the session is confirmed by a passkey of the account. @throws AppError as `provePasskey` */
  confirmByPasskey(actor: Actor, assertion: Assertion, site: Site, address: string): Promise<void>;
};

export function createPasskeys(sql: Sql, { tickets, guard, contents, notices, name }: PasskeysOptions): Passkeys {
  const Sought = Type.Object({ challenge: Type.String(), rpId: Type.String() });
  const additions = tickets.for(
    'new passkey',
    Type.Object({ ...Sought.properties, accountId: Type.Number() }),
    CHALLENGE_LASTS,
  );
  const signIns = tickets.for('passkey', Sought, CHALLENGE_LASTS);

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
    preparePasskey: async (actor, { rpId }) => {
      requireConfirmed(actor);
      const known = await listCredentialIds(sql, { accountId: actor.id, rpId }, MOST);
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

    addPasskey: async (actor, label, attestation, { origin }): Promise<Passkey> => {
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
          const made = await insertPasskey(tx, row, MOST);
          if (made === null) throw tooMany('passkeys', MOST);
          await notices.tell(tx, actor.id, { kind: 'passkey-added', facts: { name: row.name } });
          return made;
        })
        .catch((error: unknown) => {
          throw uniqueViolation(error) === null ? error : new AppError('bad_credentials');
        });
    },

    listPasskeys: (actor): Promise<Passkey[]> => listPasskeys(sql, actor.id, MOST),

    renamePasskey: async (actor, id, label): Promise<Passkey> => {
      const text = checkLabel(contents, label);
      const row = isUid(id) ? await renamePasskey(sql, actor.id, id, text) : null;
      if (row === null) throw new AppError('not_found');
      return row;
    },

    removePasskey: async (actor, id): Promise<void> => {
      requireConfirmed(actor);
      if (!isUid(id)) throw new AppError('not_found');
      await sql.begin(async (tx) => {
        const removed = await deletePasskey(tx, actor.id, id);
        if (removed === null) throw new AppError('not_found');
        await notices.tell(tx, actor.id, { kind: 'passkey-removed', facts: { name: removed } });
      });
    },

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

/** An answer that does not fit, whatever is wrong with it. */
function refuse<Verified>(cause: unknown): Promise<Verified> {
  return Promise.reject(new AppError('bad_credentials', { cause }));
}
