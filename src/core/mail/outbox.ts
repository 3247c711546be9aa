/** Letters are put into the outbox in the transaction of what they are about; a lane sends them. */
import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Db } from '../../store/database.ts';
import { deleteExpiredProofs, type ProofPurpose, saveProof } from '../../store/mail-proofs.ts';
import { deleteOldMails, insertMail, lockRecipient } from '../../store/mails.ts';
import type { LetterFacts, LetterKind } from './letter-kinds.ts';
import type { Language } from './letters.ts';

export type Outbox = {
  /** Whether there is a mail server. */
  readonly isOn: boolean;
  /** @returns whether it will be sent: false without a mail server, and beyond the bound of a recipient */
  put<K extends LetterKind>(tx: Db, mail: Mail<K>, uid?: string): Promise<boolean>;
  /** A letter with a link that proves, once, that its reader has the mailbox. The link of an earlier one is not good any more. */
  putProof(db: Db, purpose: ProofPurpose, accountId: number, to: Mailbox): Promise<boolean>;
  /** Forgets old mails and proofs, in small batches. */
  prune(db: Db): Promise<void>;
};

export type Mailbox = { readonly email: string; readonly emailKey: string; readonly language: Language };

export type Mail<K extends LetterKind> = {
  readonly kind: K;
  readonly facts: LetterFacts[K];
  /** The account concerned; null: none. */
  readonly accountId: number | null;
  readonly to: Mailbox;
};

const DAY = 86_400;
/** Seconds in which a letter is of use, and its link good. */
const LASTS: Partial<Record<LetterKind, number>> = { reset: 3_600, verify: DAY, invite: 7 * DAY };
const NOTICE_LASTS = 3 * DAY;
/** Letters of a kind to one recipient within an hour. */
const MOST: Partial<Record<LetterKind, number>> = { reset: 3, verify: 5, invite: 3 };
const MOST_NOTICES = 10;
/** Days that a mail is remembered, sent or not. */
const KEPT_DAYS = 7;
const PRUNED_AT_ONCE = 1_000;

/** Characters. */
const SECRET_MAX = 64;

/** `key`: makes the secrets of links; null: there is no mail server, and nothing is put in. */
export function createOutbox(key: Uint8Array | null): Outbox {
  async function put<K extends LetterKind>(tx: Db, mail: Mail<K>, uid: string = randomUUID()): Promise<boolean> {
    if (key === null) return false;
    const { kind, facts, accountId, to } = mail;
    const row = { uid, accountId, recipient: to.email, recipientKey: to.emailKey, kind, language: to.language };
    const lasts = LASTS[kind] ?? NOTICE_LASTS;
    await lockRecipient(tx, to.emailKey);
    return insertMail(tx, { ...row, facts: JSON.stringify(facts), lasts }, MOST[kind] ?? MOST_NOTICES);
  }

  return {
    isOn: key !== null,
    put,

    putProof: async (db, purpose, accountId, to): Promise<boolean> => {
      const uid = randomUUID();
      if (key === null || !(await put(db, { kind: purpose, facts: {}, accountId, to }, uid))) return false;
      const { email, emailKey } = to;
      const lasts = LASTS[purpose] as number;
      await saveProof(db, { accountId, purpose, digest: digestOf(secretOf(key, uid)), email, emailKey, lasts });
      return true;
    },

    prune: async (db): Promise<void> => {
      while ((await deleteOldMails(db, KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
      while ((await deleteExpiredProofs(db, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}

/** The secret of a mail's link: made when it is sent, so that it is nowhere in the database. */
export function secretOf(key: Uint8Array, uid: string): string {
  return createHmac('sha256', key).update(uid).digest('base64url');
}

export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret.slice(0, SECRET_MAX)).digest();
}
