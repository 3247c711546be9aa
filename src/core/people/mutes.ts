/** Mutes: an account wants to hear nothing of another one, which does not learn of it. No notifications come; clients show the rest smaller. */
import { invalid } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { deleteMute, insertMute, listMutes } from '../../store/mutes.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef } from './people.ts';

export type Mutes = {
  /** Idempotent. @throws AppError `not_found` | `invalid`: oneself */
  mute(actor: Actor, ref: PersonRef): Promise<Person>;
  /** Idempotent. @throws AppError `not_found` | `invalid`: oneself */
  unmute(actor: Actor, ref: PersonRef): Promise<void>;
  /** A page of those whom the actor has muted, by id; `after` is the id of the last one of the page before. @throws AppError `invalid` */
  listMutes(actor: Actor, page?: { after?: number; limit?: number }): Promise<Person[]>;
};

/** Muted accounts in one page, at most. */
const PAGE = 1_000;

type Parts = { readonly changes: Changes; readonly show: ShowPerson };

export function createMutes(sql: Sql, { changes, show }: Parts): Mutes {
  async function setMuted(actor: Actor, ref: PersonRef, muted: boolean): Promise<Person> {
    const other = await getPerson(sql, ref);
    if (other.id === actor.id) throw invalid('id', 'format', 'nobody mutes themselves');
    await changes.runNaming([], async (tx) => {
      const changed = await (muted ? insertMute : deleteMute)(tx, actor.id, other.id);
      const fact = { kind: muted ? 'mute.added' : 'mute.removed', data: { id: other.id, uid: other.uid } } as const;
      return { result: undefined, personal: changed ? [{ accountId: actor.id, fact }] : [] };
    });
    return show(actor, other);
  }

  return {
    mute: (actor, ref): Promise<Person> => setMuted(actor, ref, true),

    unmute: async (actor, ref): Promise<void> => void (await setMuted(actor, ref, false)),

    listMutes: async (actor, { after = 0, limit = PAGE } = {}): Promise<Person[]> => {
      const rows = await listMutes(sql, actor.id, checkWhole('after', after), Math.min(limit, PAGE));
      return rows.map((row) => show(actor, row));
    },
  };
}
