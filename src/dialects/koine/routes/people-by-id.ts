/** Lists of people by id, each person with a relation to the caller. */
import { Type } from 'typebox';
import type { Actor, Person } from '../../../core/model.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

/** The id of the last person of a page. */
const Position = Type.Integer({ minimum: 1 });

type List = {
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly read: (caller: Actor, page: { after: number; limit: number }) => Promise<readonly Person[]>;
};

export function servePeopleById(
  app: App,
  { callers, present }: Pick<KoineParts, 'callers' | 'present'>,
  { url, operationId, summary, read }: List,
): void {
  app.get(
    url,
    {
      ...callers.may('read'),
      schema: {
        operationId,
        summary,
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const list = (most: number) => read(callerOf(request), { after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );
}
