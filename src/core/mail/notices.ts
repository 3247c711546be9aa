/** Security notices: letters to the owner of an account about changes to its credentials. */
import type { Db } from '../../store/database.ts';
import { findMailbox } from '../../store/mails.ts';
import type { LetterFacts, NoticeKind } from './letter-kinds.ts';
import { isLanguage, type Language } from './letters.ts';
import type { Mailbox, Outbox } from './outbox.ts';

export type Notices = {
  /**
   * Puts a letter to the account's owner into the outbox, in the transaction of what it tells of. Accounts without an address, and
   * servers without mail, get none. `to`: in place of the account's address.
   */
  tell(tx: Db, accountId: number, notice: Notice, to?: Mailbox): Promise<void>;
};

export type Notice = { readonly [K in NoticeKind]: { readonly kind: K; readonly facts: LetterFacts[K] } }[NoticeKind];

/** Characters of a fact: devices and names may be long. */
const FACT_MAX = 200;

export function createNotices(outbox: Pick<Outbox, 'put'>): Notices {
  return {
    tell: async (tx, accountId, { kind, facts }, to): Promise<void> => {
      const box = to ?? (await findOwnMailbox(tx, accountId));
      if (box === null) return;
      const short = Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, text.slice(0, FACT_MAX)]));
      await outbox.put(tx, { kind, facts: short as typeof facts, accountId, to: box });
    },
  };
}

/** Null: the account has no address. */
export async function findOwnMailbox(db: Db, accountId: number): Promise<Mailbox | null> {
  const row = await findMailbox(db, accountId);
  return row && { email: row.email, emailKey: row.emailKey, language: languageOf(row.language) };
}

export function languageOf(text: string | null): Language {
  return text !== null && isLanguage(text) ? text : 'en';
}
