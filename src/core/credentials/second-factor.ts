/**
 * The second factor: one-time passwords by time (RFC 6238), and recovery codes for the day when the phone is lost. Each code counts once,
 * on all nodes.
 */
import { Secret, TOTP } from 'otpauth';
import { AppError } from '../../errors.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import type { Db, Sql } from '../../store/database.ts';
import {
  countRecoveryCodes,
  deleteSecondFactor,
  findOneTimeSecret,
  type OneTimeSecretRow,
  replaceRecoveryCodes,
  saveOneTimeSecret,
  spendRecoveryCode,
  takeStep,
} from '../../store/second-factors.ts';
import type { Notice, Notices } from '../mail/notices.ts';
import type { Actor } from '../model.ts';
import { requireConfirmed } from './confirmed.ts';
import type { Seal } from './seal.ts';
import { digestOfSecret, newSecret } from './secrets.ts';

const SECRET_BYTES = 20;
/** Seconds. */
const PERIOD = 30;
/** Steps by which the clock of a phone may differ. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
const DIGITS = /^\d{6}$/;
const CODE_MAX = 64;

/** `since`: Unix ms; null: it is off. `recoveryCodes`: how many are left. */
export type SecondFactorState = { readonly since: number | null; readonly recoveryCodes: number };
/** For the app: by hand, or as the link in a QR code. */
export type NewSecondFactor = { readonly secret: string; readonly uri: string };

export type SecondFactor = {
  /** Whether the account has to show a code. */
  isOn(accountId: number): Promise<boolean>;
  /** Takes a code, of the app or a recovery code. @throws AppError `bad_code` | `rate_limited` */
  takeCode(accountId: number, typed: string): Promise<void>;
  readonly commands: SecondFactorCommands;
};

export type SecondFactorCommands = {
  getSecondFactor(account: Pick<Actor, 'id'>): Promise<SecondFactorState>;
  /** A new secret, which is in use from `turnOnSecondFactor`. @throws AppError `confirmation_required` | `forbidden`: it is on */
  prepareSecondFactor(actor: Actor): Promise<NewSecondFactor>;
  /**
   * @returns the recovery codes, which are shown once
   * @throws AppError `confirmation_required` | `bad_code` | `rate_limited` | `forbidden`: it is on
   */
  turnOnSecondFactor(actor: Actor, code: string): Promise<string[]>;
  /** @throws AppError `confirmation_required` | `not_found`: it is off */
  renewRecoveryCodes(actor: Actor): Promise<string[]>;
  /** @throws AppError `confirmation_required` | `not_found`: it is off */
  turnOffSecondFactor(actor: Actor): Promise<void>;
};

/** `rates`: tries of codes, by account. */
export type SecondFactorOptions = {
  readonly seal: Seal;
  readonly rates: Rates;
  readonly name: () => Promise<string>;
  readonly notices: Notices;
};

export function createSecondFactor(sql: Sql, { seal, rates, name, notices }: SecondFactorOptions): SecondFactor {
  const placeOf = (accountId: number): string => `one-time secret ${accountId}`;

  async function isOn(accountId: number): Promise<boolean> {
    return ((await findOneTimeSecret(sql, accountId))?.confirmedAt ?? null) !== null;
  }

  async function takeCode(accountId: number, typed: string): Promise<void> {
    const row = await findOneTimeSecret(sql, accountId);
    const key = String(accountId);
    requireAllowed(await rates.take(key));
    if (row === null || !(await isTaken(accountId, row, typed))) throw new AppError('bad_code');
    await rates.giveBack(key, 1);
  }

  async function isTaken(accountId: number, row: OneTimeSecretRow, typed: string): Promise<boolean> {
    if (typed.length > CODE_MAX) return false;
    const digits = typed.replace(/\s/g, '');
    if (DIGITS.test(digits)) return isTakenOnce(accountId, row, digits);
    const digest = digestOfSecret(typed);
    if (digest === null) return false;
    const used = { kind: 'recovery-code-used', facts: {} } as const;
    return changeAndTell(accountId, used, (tx) => spendRecoveryCode(tx, accountId, digest));
  }

  async function isTakenOnce(accountId: number, { secret, now }: OneTimeSecretRow, token: string): Promise<boolean> {
    const opened = seal.open(secret, placeOf(accountId));
    if (opened === null) return false;
    const totp = new TOTP({ secret: new Secret({ buffer: bufferOf(opened) }), period: PERIOD });
    const delta = totp.validate({ token, timestamp: now.getTime(), window: WINDOW });
    return delta !== null && takeStep(sql, accountId, Math.floor(now.getTime() / 1_000 / PERIOD) + delta);
  }

  /** Notifies the owner if `change` changed anything. @returns whether it did */
  function changeAndTell(accountId: number, notice: Notice, change: (tx: Db) => Promise<boolean>): Promise<boolean> {
    return sql.begin(async (tx) => {
      const changed = await change(tx);
      if (changed) await notices.tell(tx, accountId, notice);
      return changed;
    });
  }

  async function renewCodes(tx: Db, accountId: number): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newSecret);
    const digests = codes.map((code) => digestOfSecret(code) as Uint8Array);
    await replaceRecoveryCodes(tx, accountId, digests);
    return codes;
  }

  return {
    isOn,
    takeCode,

    commands: {
      getSecondFactor: async ({ id }): Promise<SecondFactorState> => {
        const since = (await findOneTimeSecret(sql, id))?.confirmedAt?.getTime() ?? null;
        return { since, recoveryCodes: await countRecoveryCodes(sql, id) };
      },

      prepareSecondFactor: async (actor): Promise<NewSecondFactor> => {
        requireConfirmed(actor);
        const secret = new Secret({ size: SECRET_BYTES });
        const sealed = seal.close(new Uint8Array(secret.buffer), placeOf(actor.id));
        if (!(await saveOneTimeSecret(sql, actor.id, sealed))) throw isOnAlready();
        const uri = new TOTP({ issuer: await name(), label: actor.username, secret, period: PERIOD }).toString();
        return { secret: secret.base32, uri };
      },

      turnOnSecondFactor: async (actor, code): Promise<string[]> => {
        requireConfirmed(actor);
        if (await isOn(actor.id)) throw isOnAlready();
        await takeCode(actor.id, code);
        return sql.begin(async (tx) => {
          await notices.tell(tx, actor.id, { kind: 'second-factor-on', facts: {} });
          return renewCodes(tx, actor.id);
        });
      },

      renewRecoveryCodes: async (actor): Promise<string[]> => {
        requireConfirmed(actor);
        if (!(await isOn(actor.id))) throw new AppError('not_found');
        return sql.begin((tx) => renewCodes(tx, actor.id));
      },

      turnOffSecondFactor: async (actor): Promise<void> => {
        requireConfirmed(actor);
        const off = { kind: 'second-factor-off', facts: {} } as const;
        if (!(await changeAndTell(actor.id, off, (tx) => deleteSecondFactor(tx, actor.id))))
          throw new AppError('not_found');
      },
    },
  };
}

function isOnAlready(): AppError {
  return new AppError('forbidden', { message: 'The second factor is on already' });
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
