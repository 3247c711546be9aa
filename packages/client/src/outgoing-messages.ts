/** Messages on their way, by room. */
import { streamOf } from './events.ts';
import type { Live } from './live.ts';
import { segment } from './parts.ts';
import type { QueueOf } from './queue.ts';
import { filterItems, mapEntries, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import type { Rest } from './rest.ts';
import type { Message } from './shapes.ts';
import type { Outgoing, State } from './state.ts';

export function outgoingMessages(rest: Rest, live: Pick<Live, 'canAsk' | 'ask'>): QueueOf<Outgoing, Message> {
  async function deliver({ room, body, key, replyTo, files }: Outgoing): Promise<Message> {
    const message = {
      body,
      ...(replyTo !== undefined && { replyTo }),
      ...(files.length > 0 && { files: files.map(({ id }) => id) }),
    };
    if (live.canAsk) return live.ask<Message>({ type: 'send', room, key, ...message });
    const path = `/v1/rooms/${segment(room)}/messages`;
    return (await rest.call<Message>('POST', path, { json: message, key })).body;
  }

  return {
    prefix: 'outbox:',
    laneOf: ({ room }) => room,
    lanes: ({ outgoing }) => Object.keys(outgoing),
    itemsOf: ({ outgoing }, room) => outgoing[room] ?? [],
    put,
    drop,
    deliver,
    accept: arrive,
  };
}

function put(state: State, outgoing: Outgoing): State {
  const all = state.outgoing[outgoing.room] ?? [];
  const isKnown = all.some(({ key }) => key === outgoing.key);
  const changed = isKnown ? mapItems(all, (one) => (one.key === outgoing.key ? outgoing : one)) : [...all, outgoing];
  return withFields(state, { outgoing: withEntry(state.outgoing, outgoing.room, changed) });
}

function drop(state: State, { room, key }: Outgoing): State {
  const left = filterItems(state.outgoing[room] ?? [], (one) => one.key !== key);
  const outgoing = left.length === 0 ? withoutEntry(state.outgoing, room) : withEntry(state.outgoing, room, left);
  return withFields(state, { outgoing });
}

/** Drops outgoing messages that a read has returned: no event follows for them. */
export function withoutArrived(state: State): State {
  const outgoing = mapEntries(state.outgoing, (all, room) => {
    const position = state.positions[streamOf(room)] ?? Number.POSITIVE_INFINITY;
    return filterItems(all, ({ status, seq = 0 }) => status !== 'sent' || seq > position);
  });
  return withFields(state, { outgoing });
}

/** The message is shown as sent until its event has come. */
function arrive(state: State, outgoing: Outgoing, { seq }: Message): State {
  const { room, key } = outgoing;
  const position = state.positions[streamOf(room)];
  const isHere = position === undefined || position >= seq;
  const sent = state.outgoing[room]?.find((one) => one.key === key);
  return isHere || !sent ? drop(state, outgoing) : put(state, { ...sent, status: 'sent', seq });
}
