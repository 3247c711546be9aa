/** `/v1/me/push`: browsers that are notified of messages while the web client is closed. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

/** Base64url of that number of bytes. */
const bytes = (description: string) => Type.String({ minLength: 1, maxLength: 128, description });
const PushWish = Type.Object(
  {
    endpoint: Type.String({ minLength: 1, maxLength: 1024, description: 'An https URL at a public address.' }),
    keys: Type.Object({
      p256dh: bytes('A point of P-256, 65 bytes in base64url.'),
      auth: bytes('16 bytes in base64url.'),
    }),
  },
  { title: 'PushWish', description: 'As `PushSubscription.toJSON()` of a browser has it.' },
);
const Key = Type.Object(
  { key: Type.Union([Type.String(), Type.Null()], { description: 'Base64url. Null: this server does not push.' }) },
  { title: 'PushKey' },
);
const Subscription = Type.Object({ id: schema.Id }, { title: 'PushSubscription' });
const NOT_PUSHING = new AppError('not_found', { message: 'This server does not push' });
const NO_SUBSCRIPTION = new AppError('not_found', { message: 'There is no such subscription' });

export function servePush(app: App, { core: { push }, callers }: KoineParts): void {
  app.get(
    '/v1/push/key',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getPushKey',
        summary: 'Get the key for subscriptions to Web Push',
        errors: ['unauthenticated'],
        response: { 200: Key },
      },
    },
    async () => ({ key: push.pushKey() }),
  );

  app.put(
    '/v1/me/push',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setPush',
        summary: 'Push to a browser of this session',
        description:
          'It is notified of mentions, answers and comments, and of all messages in rooms where the account wants that, if they are not read' +
          ' within a few seconds. It ends with the session. An account has 20; the oldest makes room.',
        errors: ['unauthenticated', NOT_PUSHING],
        body: PushWish,
        response: { 200: Subscription },
      },
    },
    async (request) => ({ id: await push.subscribe(callerOf(request), request.body) }),
  );

  app.delete(
    '/v1/me/push/:id',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removePush',
        summary: 'Stop pushing to a browser',
        errors: ['unauthenticated', NO_SUBSCRIPTION],
        params: Type.Object({ id: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await push.unsubscribe(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
