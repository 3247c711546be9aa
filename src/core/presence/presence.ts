/**
 * Who is in the lobby, on whatever node: accounts, each with the sockets that it is there with. Each change is an event
 * of a stream of its own and commits together with the rows that say who is where: all nodes see the same coming and
 * going, in the same order, once.
 */

import type { Encoder } from '../../hub/log.ts';
import type { Stream } from '../../hub/stream.ts';
import type { Sql } from '../../store/database.ts';
import type { Event, KoineHub } from '../events/events.ts';
import type { Account } from '../model.ts';
import { createMembers } from './members.ts';
import { createPlaces, type Place } from './places.ts';

export type Presence = ReturnType<typeof createPresence>;

export type Entered = {
  /** The coming and going, from its cursor of this instant on. */
  readonly stream: Stream<Event>;
  /** Usernames, sorted by code point, each once: who was there before. */
  readonly present: readonly string[];
  /** The account's own coming, if it was not there before: it is behind the cursor already. */
  readonly joined: Event | null;
};

/** How long whoever comes waits until this node has seen what happened before, in ms. */
const DEADLINE = 5_000;

/** `node`: the id of this one, which no other ever has. */
export function createPresence(sql: Sql, hub: KoineHub, node: string) {
  const places = createPlaces(sql, hub, node);
  const members = createMembers(sql, hub, (event) => {
    if (event.kind === 'place.taken' && event.data.node !== node)
      places.makeWay(event.data.accountId, event.data.via, event.seq);
  });

  /** @throws AppError `unavailable`: then it has not entered */
  async function enter(
    account: Pick<Account, 'id' | 'username'>,
    place: Place,
  ): Promise<{ stream: Stream<Event>; joined: Event | null }> {
    const stream = await members.open();
    const { head, joined } = await places.enter(account, place);
    await stream.reached(head, DEADLINE);
    return { stream, joined };
  }

  const named = new WeakMap<Encoder<Event>, Encoder<Event>>();

  /** An account that leaves because it was deleted has its name here only: the followers are told before it is forgotten. */
  function withName(event: Event): Event {
    if (event.kind !== 'member.left' || event.data.username !== null) return event;
    return { ...event, data: { ...event.data, username: members.nameOf(event.data.accountId) } };
  }

  return {
    /** The encoder for those who follow the coming and going: one for each, as they share what it makes. */
    encoderFor: (encoder: Encoder<Event>): Encoder<Event> => {
      const known = named.get(encoder) ?? { event: (event) => encoder.event(withName(event)) };
      named.set(encoder, known);
      return known;
    },

    /**
     * The account is there from now on, until `leave`, which is to be called whatever becomes of this. `greet` is called
     * in the instant that it tells of.
     * @throws AppError `unavailable`
     */
    enter: async (
      account: Pick<Account, 'id' | 'username'>,
      place: Place,
      greet: (entered: Entered) => void,
    ): Promise<void> => {
      const { stream, joined } = await enter(account, place);
      // Who was thought dead meanwhile has left, and is yet to join again.
      const isNew = joined !== null && members.has(account.id);
      const present = isNew ? members.names().filter((name) => name !== account.username) : members.names();
      greet({ stream, present, joined: isNew ? joined : null });
    },
    leave: places.leave,
    /** Whether the account has come in by that door, on any node. */
    isIn: places.isIn,
    endNodes: places.endNodes,
    flush: places.flush,
    close: places.close,
  };
}
