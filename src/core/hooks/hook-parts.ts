/** The parts that send outgoing hooks, for the lane and for the commands. */
import type { Outgoing } from '../../limits/outgoing.ts';
import type { Sql } from '../../store/database.ts';
import type { Seal } from '../credentials/seal.ts';
import { eventLog } from '../events/event-log.ts';
import type { ShowPerson } from '../model.ts';
import { createHookClient } from './hook-client.ts';
import { createHookSender, type EventText } from './hook-sender.ts';

export type HookPartsOptions = {
  readonly seal: Seal;
  readonly show: ShowPerson;
  readonly outgoing: Outgoing;
  readonly eventText?: EventText;
};

export function createHookParts(sql: Sql, { seal, show, outgoing, eventText = () => null }: HookPartsOptions) {
  const client = createHookClient(outgoing);
  return { seal, client, sender: createHookSender(sql, { seal, client, eventText }), log: eventLog(sql, show) };
}
