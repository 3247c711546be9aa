/** Sends what is in the outbox. Each node takes a few at a time under a lease, so that one of them sends each mail. */

import { withinDeadline } from '../../deadline.ts';
import { findCommunity } from '../../store/community.ts';
import type { Sql } from '../../store/database.ts';
import type { MailTransport } from '../../store/mail-transport.ts';
import { type DueMailRow, deferMail, markMailSent, takeDueMails } from '../../store/mails.ts';
import { type DeliveryCounts, startDueWork } from '../due-work.ts';
import type { LetterFacts, LetterKind } from './letter-kinds.ts';
import { write } from './letters.ts';
import { languageOf } from './notices.ts';
import { secretOf } from './outbox.ts';

export type MailLane = {
  readonly counts: DeliveryCounts;
  stop(): Promise<void>;
};

export type MailLaneOptions = {
  readonly transport: MailTransport;
  readonly from: string;
  /** Makes the secrets of links. */
  readonly key: Uint8Array;
  /** The address of the web client. */
  readonly url: () => string;
  /** Time between two looks into the outbox, in ms. */
  readonly interval: number;
  readonly warn: (kind: string, line: string) => void;
};

const AT_ONCE = 5;
/** Seconds: longer than a delivery may take. */
const LEASE = 150;
/** In ms. */
const DELIVERY_DEADLINE = 60_000;
/** Seconds until the second attempt, the third, and so on. After the last one it is given up. */
const DELAYS = [30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800];

export function startMailLane(sql: Sql, { transport, from, key, url, interval, warn }: MailLaneOptions): MailLane {
  const counts: DeliveryCounts = { sent: 0, deferred: 0, givenUp: 0 };

  async function sendAll(mails: readonly DueMailRow[]): Promise<void> {
    const { name: community } = await findCommunity(sql);
    await Promise.all(mails.map((mail) => sendOne(mail, community)));
  }

  async function sendOne(mail: DueMailRow, community: string): Promise<void> {
    if (mail.expired) return giveUp(mail, 'it took too long');
    const delivery = await withinDeadline(deliver(mail, community), DELIVERY_DEADLINE);
    if (delivery?.ok) {
      counts.sent += 1;
      return markMailSent(sql, mail);
    }
    const reason = delivery?.reason ?? 'no answer in time';
    const delay = DELAYS[mail.attempts - 1];
    if (delivery?.permanent || delay === undefined) return giveUp(mail, reason);
    counts.deferred += 1;
    warn('mail-deferred', `the mail server did not take a mail (${reason}): it is tried again in ${delay} s`);
    await deferMail(sql, mail, delay);
  }

  async function giveUp(mail: DueMailRow, reason: string): Promise<void> {
    counts.givenUp += 1;
    warn('mail-given-up', `a mail was given up: ${reason}`);
    await deferMail(sql, mail, null);
  }

  function deliver(mail: DueMailRow, community: string) {
    const letter = { kind: mail.kind as LetterKind, facts: mail.facts as LetterFacts[LetterKind] };
    const around = { community, name: mail.name, link: linkOf(mail, { url: url(), key }) };
    const content = write(languageOf(mail.language), letter, around);
    return transport.send({ id: `<${mail.uid}@${new URL(url()).hostname}>`, from, to: mail.recipient, ...content });
  }

  const { stop } = startDueWork({
    interval,
    atOnce: AT_ONCE,
    take: (atOnce) => takeDueMails(sql, LEASE, atOnce),
    work: sendAll,
    onFailure: () => warn('outbox-unread', 'the outbox could not be read: it is tried again'),
  });
  return { counts, stop };
}

/** Secrets stand behind `#`, which browsers do not send. */
function linkOf({ kind, uid, facts }: DueMailRow, { url, key }: { url: string; key: Uint8Array }): string {
  if (kind === 'verify' || kind === 'reset') return `${url}/app/${kind}#${secretOf(key, uid)}`;
  if (kind === 'invite') return `${url}/app/join/${encodeURIComponent(String(facts.code))}`;
  return kind === 'leaving' ? `${url}/app/` : `${url}/app/settings/security`;
}
