/** `/v1/catch-up`: what happened since the caller was away. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import { POST_PARTS } from '../present/posts.ts';
import * as schema from '../schema.ts';
import { TimeText, timeOf } from '../times.ts';

const BusyRoom = Type.Object(
  {
    room: schema.Room,
    count: Type.Integer({ minimum: 1, description: 'Messages of others, 300 at most.' }),
    first: Type.Integer({ minimum: 1, description: 'The seq of the first of them.' }),
  },
  { title: 'BusyRoom' },
);
const CatchUp = Type.Object(
  {
    since: schema.Moment,
    said: Type.Array(schema.Notification, { description: 'Mentions of the caller and answers, the newest first.' }),
    liked: Type.Array(schema.Post, { description: 'The most liked first.' }),
    rooms: Type.Array(BusyRoom, { description: 'The busiest first, without those that the caller has silenced.' }),
  },
  { title: 'CatchUp' },
);

export function serveCatchUp(app: App, { core: { catchUp }, callers, present }: KoineParts): void {
  app.get(
    '/v1/catch-up',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getCatchUp',
        summary: 'Summarize what the caller missed',
        description: 'Goes back 30 days at most; `since` says how far.',
        errors: ['unauthenticated'],
        querystring: Type.Object({ since: TimeText }),
        response: { 200: CatchUp },
      },
    },
    async (request) => {
      const since = timeOf('since', request.query.since);
      const { said, liked, rooms, ...from } = await catchUp.whatHappened(callerOf(request), since, POST_PARTS);
      return {
        since: new Date(from.since).toISOString(),
        said: said.map(present.notification),
        liked: liked.map(present.post),
        rooms: rooms.map(({ room, ...more }) => ({ room: present.room(room), ...more })),
      };
    },
  );
}
