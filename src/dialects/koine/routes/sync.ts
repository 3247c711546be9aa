/** `/v1/sync`: all that a client shows at first. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { cursorOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { roomPosition } from './rooms.ts';

const MAX_ROOMS = 99;
const Position = Type.Integer({ minimum: 0 });

const SyncQuery = Type.Unsafe<{ rooms: number }>(
  Type.Object({ rooms: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_ROOMS, default: 30 })) }),
);

const Sync = Type.Object(
  {
    epoch: Type.String({ description: 'Positions of another epoch say nothing about these streams.' }),
    me: schema.Me,
    streams: Type.Object({ me: Position, board: Position }),
    cursor: Type.String({ description: 'From there `GET /v1/events` goes on, in all streams.' }),
    rooms: Type.Array(schema.Room, {
      description: 'Rooms with the newest messages, and the lobby in any case; `seq` is the position of each.',
    }),
    people: Type.Record(Type.String(), schema.Person, { description: 'By id: all that the rooms show.' }),
    notifications: Type.Object({ unread: Type.Integer({ description: '100 means 100 or more.' }) }),
    online: Type.Integer({ description: 'How many accounts are online.' }),
    next: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The cursor of `GET /v1/rooms` for more.',
    }),
  },
  { title: 'Sync' },
);

export function serveSync(app: App, { core, callers, present }: KoineParts): void {
  app.get(
    '/v1/sync',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getSync',
        summary: 'Get all that a client shows at first',
        description: 'Of one moment, with the positions from which `/v1/live` goes on.',
        errors: ['unauthenticated'],
        querystring: SyncQuery,
        response: { 200: Sync },
      },
    },
    async (request) => {
      const { epoch, me, streams, cursor, rooms, people, unread, online } = await core.live.snapshot(
        callerOf(request),
        request.query.rooms,
      );
      const next = roomPosition(rooms.next);
      return {
        epoch,
        me: present.me(me),
        streams,
        cursor,
        rooms: rooms.items.map(present.room),
        people: Object.fromEntries(
          people.map(({ person, online }) => [person.uid, present.person({ ...person, online })]),
        ),
        notifications: { unread },
        online,
        next: next && cursorOf(next),
      };
    },
  );
}
