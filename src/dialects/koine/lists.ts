/** Lists: `?limit=&cursor=` → `{items, next}` and a `Link` header. A cursor is a position that only the server reads. */
import type { FastifyReply } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AppError } from '../../errors.ts';

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;
/** Characters. */
const MAX_CURSOR = 512;
/** In JSON, a control character or half a surrogate pair, which are in no key of ours. */
const ESCAPED = /(?<!\\)(?:\\\\)*\\u/;
/** The id of a row, for positions. */
export const RowId = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

const Limit = Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT });
const Cursor = Type.String({ maxLength: MAX_CURSOR, description: '`next` of the page before.' });

/** Optional for clients; the default makes `limit` present for the handler. `more`: other fields of the query. */
export function ListQuery<More extends Record<string, TSchema> = Record<never, never>>(more?: More) {
  return Type.Unsafe<{ limit: number; cursor?: string } & Static<ReturnType<typeof Type.Object<More>>>>(
    Type.Object({ limit: Type.Optional(Limit), cursor: Type.Optional(Cursor), ...more }),
  );
}

const Next = Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'The cursor of the next page.' });

/** A page of a list. `more`: other fields of the answer. */
export function PageOf<Item extends TSchema, More extends Record<string, TSchema> = Record<never, never>>(
  item: Item,
  title: string,
  more?: More,
) {
  return Type.Object({ items: Type.Array(item), next: Next, ...(more as More) }, { title });
}

/** @throws AppError `invalid`: not a cursor of this list */
export function positionOf<Position extends TSchema>(
  schema: Position,
  cursor: string | undefined,
): Static<Position> | null {
  if (cursor === undefined) return null;
  try {
    const text = Buffer.from(cursor, 'base64url').toString();
    const position: unknown = JSON.parse(text);
    if (!ESCAPED.test(text) && Value.Check(schema, position)) return position as Static<Position>;
  } catch {
    // Not JSON.
  }
  const message = 'cursor is none of this list';
  throw new AppError('invalid', { issues: [{ in: 'query', field: 'cursor', reason: 'format', message }] });
}

/** An id that is a whole number on this side of the wire; null: the text is none. */
export function wholeId(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** The cursor of a position. */
export function cursorOf(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** A page of a list, of which one item more is read to know whether there is a next page. `positionOf`: of an item. */
export async function readUpTo<Item>(
  limit: number,
  read: (most: number) => Promise<readonly Item[]>,
  positionOf: (item: Item) => unknown,
): Promise<{ items: readonly Item[]; next: unknown }> {
  const found = await read(limit + 1);
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? positionOf(items.at(-1) as Item) : null };
}

/** The page as it is answered, with its `Link` header. `next`: the position after the last item, null at the end of the list. */
export function pageOf<Item>(
  reply: FastifyReply,
  { items, next }: { items: readonly Item[]; next: unknown },
): { items: Item[]; next: string | null } {
  if (next === null) return { items: [...items], next: null };
  const cursor = cursorOf(next);
  const { pathname, searchParams } = new URL(reply.request.url, 'http://list');
  searchParams.set('cursor', cursor);
  void reply.header('link', `<${pathname}?${searchParams}>; rel="next"`);
  return { items: [...items], next: cursor };
}
