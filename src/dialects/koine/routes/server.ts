/** `/v1/server`: what this server can do. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import type { KoineParts } from '../parts.ts';

const Server = Type.Object(
  { mail: Type.Boolean({ description: 'It sends mail: addresses can be verified, forgotten passwords reset.' }) },
  { title: 'Server' },
);

export function serveServer(app: App, { core: { addresses } }: KoineParts): void {
  app.get(
    '/v1/server',
    {
      schema: {
        operationId: 'getServer',
        summary: 'See what this server can do',
        errors: [],
        security: [],
        response: { 200: Server },
      },
    },
    async () => ({ mail: addresses.isMailOn() }),
  );
}
