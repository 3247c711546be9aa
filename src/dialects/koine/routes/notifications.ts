/** `/v1/notifications`: what others did that concerns the caller. */
import { Type } from 'typebox';
import { invalid } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf, wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

const Unread = Type.Object(
  { unread: Type.Integer({ minimum: 0, description: '100 means 100 or more.' }) },
  { title: 'Unread' },
);
const Notifications = PageOf(schema.Notification, 'Notifications', {
  ...Unread.properties,
  seq: Type.Integer({ minimum: 0, description: 'The position of the stream `me` at which `unread` was counted.' }),
});
const ReadBody = Type.Object({ upTo: schema.Id }, { title: 'NotificationsRead' });
/** The id of the last notification of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveNotifications(app: App, { core: { notifications }, callers, present }: KoineParts): void {
  app.get(
    '/v1/notifications',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listNotifications',
        summary: "List the caller's notifications, newest first",
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: Notifications },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const caller = callerOf(request);
      const [{ items, next }, count] = await Promise.all([
        notifications.listNotifications(caller, { before, limit }),
        notifications.countUnread(caller),
      ]);
      return { ...pageOf(reply, { items: items.map(present.notification), next }), ...count };
    },
  );

  app.put(
    '/v1/notifications/read',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setNotificationsRead',
        summary: 'Mark a notification as read, with all before it',
        errors: ['unauthenticated'],
        body: ReadBody,
        response: { 200: Unread },
      },
    },
    async (request) => {
      const upTo = wholeId(request.body.upTo);
      if (upTo === null) throw invalid('upTo', 'format', 'upTo must be the id of a notification');
      return { unread: await notifications.markRead(callerOf(request), upTo) };
    },
  );
}
