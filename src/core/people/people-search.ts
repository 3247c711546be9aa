/** Finds people: first those whose usernames start so, then those whose names do, then those that are alike. */
import type { Sql } from '../../store/database.ts';
import {
  findsAlike,
  listPeopleAlike,
  listPeopleByName,
  listPeopleByUsername,
  type PersonRow,
} from '../../store/people.ts';
import { comparisonKey } from '../account-rules.ts';
import { type Actor, type Person, type ShowPerson, sees } from '../model.ts';
import { checkLength } from '../text.ts';

export type PeopleSearch = {
  /**
   * A page of the people whose names start with `query`, in any case; of all if it is blank. The first page has those that are
   * alike too if there is room.
   * @throws AppError `invalid`
   */
  listPeople(actor: Actor, query: string, page?: { after?: PeopleMark | null; limit?: number }): Promise<PeoplePage>;
};

/** The start of a page: after the account with that key, in the order of usernames or (with an id) of names. */
export type PeopleMark = { readonly by: 'username' | 'name'; readonly key: string; readonly id: number };
export type PeoplePage = { readonly items: readonly Person[]; readonly next: PeopleMark | null };

/** People in one page, at most. */
const PAGE = 100;
/** Characters. */
const QUERY_MAX = 64;
/** Characters of a text to which others can be alike. */
const ALIKE_MIN = 3;
const NAMES: PeopleMark = { by: 'name', key: '', id: 0 };

export function createPeopleSearch(sql: Sql, show: ShowPerson): PeopleSearch {
  let alike: Promise<boolean> | null = null;

  /** Asked once: an extension does not come and go. */
  function knowsAlike(): Promise<boolean> {
    alike ??= findsAlike(sql).catch((error: unknown) => {
      alike = null;
      throw error;
    });
    return alike;
  }

  async function byStart(start: string, after: PeopleMark | null, limit: number): Promise<Found> {
    const isByName = after?.by === 'name';
    const rows = isByName
      ? await listPeopleByName(sql, start, after.id === 0 ? null : after, limit + 1)
      : await listPeopleByUsername(sql, start, after?.key ?? null, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    if (last !== undefined)
      return { rows: page, next: { by: isByName ? 'name' : 'username', key: last.key, id: last.id } };
    if (isByName || start === '') return { rows: page, next: null };
    if (page.length === limit) return { rows: page, next: NAMES };
    const named = await byStart(start, NAMES, limit - page.length);
    return { rows: [...page, ...named.rows], next: named.next };
  }

  return {
    listPeople: async (actor, query, { after = null, limit = PAGE } = {}): Promise<PeoplePage> => {
      checkLength('query', query, QUERY_MAX);
      const start = comparisonKey(query);
      const size = Math.min(limit, PAGE);
      const { rows, next } = await byStart(start, after, size);
      const isWhole = after === null && next === null && rows.length < size;
      const others =
        isWhole && start.length >= ALIKE_MIN && (await knowsAlike())
          ? await listPeopleAlike(sql, start, { skipped: rows.length, limit: size - rows.length })
          : [];
      const seen = [...rows, ...others].filter(({ id }) => sees(actor, id));
      return { items: seen.map((row) => show(actor, row)), next };
    },
  };
}

type Found = { readonly rows: readonly PersonRow[]; readonly next: PeopleMark | null };
