/** Outgoing mail and Web Push: each has a lane of its own, where a setting turns it on. */
import type { Config } from '../config/config.ts';
import type { DeliveryCounts } from '../core/due-work.ts';
import type { KoineHub } from '../core/events/events.ts';
import { startMailLane } from '../core/mail/mail-lane.ts';
import { openPushTransport } from '../core/push/push-transport.ts';
import { type PushOptions, startPush } from '../core/push/start-push.ts';
import type { Sql } from '../store/database.ts';
import type { OnClose } from './installation.ts';

export type DeliveryParts = Pick<PushOptions, 'vapid' | 'pictureUrl'> & {
  /** Addresses that may be called where people name them. */
  readonly outgoing: Parameters<typeof openPushTransport>[0];
  /** Makes the secrets of links in mail. */
  readonly mailKey: Uint8Array;
  /** The public address, which is known once the server listens. */
  readonly url: () => string;
  readonly writeOnce: (kind: string, line: string) => void;
};

type Settings = Pick<Config, 'push' | 'mail'>;

/** They end with the server. @returns the counts of each that is turned on, by its name */
export async function startDeliveries(
  sql: Sql,
  hub: KoineHub,
  { push: pushSettings, mail }: Settings,
  { outgoing, vapid, pictureUrl, mailKey, url, writeOnce }: DeliveryParts,
  onClose: OnClose,
): Promise<Readonly<Record<string, DeliveryCounts>>> {
  const counts: Record<string, DeliveryCounts> = {};
  if (pushSettings !== undefined) {
    const transport = openPushTransport(outgoing, pushSettings.patience);
    const contact = () => (url().startsWith('https:') ? url() : null);
    const push = startPush(sql, hub, { ...pushSettings, transport, vapid, contact, pictureUrl, warn: writeOnce });
    counts.push = push.counts;
    onClose(() => push.stop());
  }
  if (mail !== undefined) {
    const { server, from, interval } = mail;
    // Loaded only when used.
    const { openMailTransport } = await import('../store/mail-transport.ts');
    const transport = openMailTransport(server);
    const lane = startMailLane(sql, { transport, from, key: mailKey, url, interval, warn: writeOnce });
    counts.mail = lane.counts;
    onClose(() => lane.stop());
  }
  return counts;
}
