/**
 * Tickets: what the server has to remember between two steps of signing in, sealed and kept by the client. So nobody fills the database by
 * beginning. Each counts once.
 */
import { randomUUID } from 'node:crypto';
import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Sql } from '../../store/database.ts';
import { deleteExpiredTickets, useTicket } from '../../store/tickets.ts';
import type { Seal } from './seal.ts';

/** Characters. */
export const TICKET_MAX = 2_048;
const PRUNED_AT_ONCE = 1_000;

export type Tickets = {
  /** Tickets for one purpose. `lasts`: seconds. */
  for<Data extends TSchema>(purpose: string, data: Data, lasts: number): TicketsOf<Static<Data>>;
  prune(): Promise<void>;
};

export type TicketsOf<Data> = {
  issue(data: Data): string;
  /** Uses it up. @returns null: it is none of these, has expired, or was used */
  use(text: string): Promise<Data | null>;
};

export function createTickets(sql: Sql, seal: Seal): Tickets {
  return {
    for: <Data extends TSchema>(purpose: string, data: Data, lasts: number) => {
      const place = `ticket: ${purpose}`;
      const Ticket = Type.Object({ id: Type.String(), endsAt: Type.Number(), data: data as TSchema } as TProperties);
      return {
        issue: (data: Static<Data>): string => {
          const ticket = { id: randomUUID(), endsAt: Date.now() + lasts * 1_000, data };
          return seal.close(Buffer.from(JSON.stringify(ticket)), place).toString('base64url');
        },

        use: async (text: string): Promise<Static<Data> | null> => {
          if (text.length > TICKET_MAX) return null;
          const opened = seal.open(Buffer.from(text, 'base64url'), place);
          const ticket: unknown = opened && JSON.parse(opened.toString());
          if (!Value.Check(Ticket, ticket)) return null;
          const { id, endsAt, data } = ticket as { id: string; endsAt: number; data: Static<Data> };
          return endsAt > Date.now() && (await useTicket(sql, id, lasts)) ? data : null;
        },
      };
    },

    prune: async (): Promise<void> => {
      while ((await deleteExpiredTickets(sql, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}
