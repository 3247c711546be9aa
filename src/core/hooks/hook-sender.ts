/** One attempt to send an event to a hook, signed by the rules of Standard Webhooks. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Sql } from '../../store/database.ts';
import { type DeliveryRow, type DueHookRow, insertDelivery } from '../../store/outgoing-hooks.ts';
import type { Seal } from '../credentials/seal.ts';
import type { Event } from '../events/events.ts';
import type { HookAnswer, HookClient } from './hook-client.ts';

export type HookSender = {
  /** @returns the answer and how it is remembered */
  send(hook: To, event: Event, attempt: number): Promise<HookAnswer & { row: DeliveryRow | null }>;
};

/** An event as the native API shows it; null: it is not shown. `stream`: its name there. */
export type EventText = (stream: string, event: Event) => string | null;

export type HookSenderOptions = {
  readonly seal: Seal;
  readonly client: HookClient;
  readonly eventText: EventText;
};

type To = Pick<DueHookRow, 'id' | 'roomUid' | 'url' | 'secret'>;

/** Bytes. */
const SECRET_BYTES = 32;
/** Attempts of a hook that are remembered. */
const REMEMBERED = 200;
const AGENT = 'Koine-Hooks/1';

/** A new secret of a hook, as text and sealed. */
export function newSigningSecret(seal: Seal, hookId: string): { text: string; sealed: Buffer } {
  const bytes = randomBytes(SECRET_BYTES);
  return { text: `whsec_${bytes.toString('base64')}`, sealed: seal.close(bytes, placeOf(hookId)) };
}

export function createHookSender(sql: Sql, { seal, client, eventText }: HookSenderOptions): HookSender {
  return {
    send: async (hook, event, attempt): Promise<HookAnswer & { row: DeliveryRow | null }> => {
      const stream = hook.roomUid === null ? 'board' : `room:${hook.roomUid}`;
      const body = eventText(stream, event) ?? '{}';
      const answer = await client.post(hook.url, signed(seal, hook, event.seq, body), body);
      const { status, error, duration } = answer;
      const delivery = { seq: event.seq, kind: event.kind, attempt, status, error, duration };
      return { ...answer, row: await insertDelivery(sql, hook.id, delivery, REMEMBERED) };
    },
  };
}

/** All attempts of an event have the same id. */
function signed(seal: Seal, { id, secret }: To, seq: number, body: string): Record<string, string> {
  const messageId = `msg_${id}_${seq}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const key = seal.open(secret, placeOf(id)) ?? Buffer.alloc(0);
  const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': AGENT,
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

function placeOf(hookId: string): string {
  return `hook ${hookId}`;
}
