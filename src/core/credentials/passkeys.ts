/**
 * Passkeys (WebAuthn): a device signs in by its owner's finger or PIN, without a name or a password. A passkey is two factors in one, so no
 * code is asked for.
 */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { deletePasskey, listPasskeys, type PasskeyRow, renamePasskey } from '../../store/passkeys.ts';
import type { Actor } from '../model.ts';
import { isUid } from '../text.ts';
import { requireConfirmed } from './confirmed.ts';
import { checkLabel } from './labels.ts';
import {
  createPasskeyAdditions,
  MOST_PASSKEYS,
  type PasskeyAdditions,
  type PasskeyAdditionsOptions,
} from './passkey-additions.ts';
import { createPasskeyProofs, type PasskeyProofs, type PasskeyProofsOptions } from './passkey-proofs.ts';

export type Passkey = PasskeyRow;

export type PasskeysOptions = PasskeyAdditionsOptions & PasskeyProofsOptions;

export type Passkeys = PasskeyAdditions &
  PasskeyProofs & {
    /** The actor's, the newest first. */
    listPasskeys(actor: Pick<Actor, 'id'>): Promise<Passkey[]>;
    /** @throws AppError `not_found` | `invalid` */
    renamePasskey(actor: Pick<Actor, 'id'>, id: string, label: string): Promise<Passkey>;
    /** @throws AppError `confirmation_required` | `not_found` */
    removePasskey(actor: Actor, id: string): Promise<void>;
  };

export function createPasskeys(sql: Sql, options: PasskeysOptions): Passkeys {
  const { contents, notices } = options;
  return {
    ...createPasskeyAdditions(sql, options),
    ...createPasskeyProofs(sql, options),

    listPasskeys: (actor): Promise<Passkey[]> => listPasskeys(sql, actor.id, MOST_PASSKEYS),

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
  };
}
