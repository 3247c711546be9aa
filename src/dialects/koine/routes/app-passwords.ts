/** `/v1/app-passwords`: passwords for programs that sign in through another API. */
import { type Static, Type } from 'typebox';
import type { AppPassword as CoreAppPassword } from '../../../core/credentials/app-passwords.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { Label } from './access-tokens.ts';

const Fields = {
  id: schema.Id,
  name: Type.String(),
  createdAt: schema.Moment,
  usedAt: Type.Optional(schema.Moment),
};
const AppPassword = Type.Object(Fields, { title: 'AppPassword' });
const NewAppPassword = Type.Object(
  { ...Fields, password: Type.String({ description: 'It is shown this once.' }) },
  { title: 'NewAppPassword' },
);
const NO_PASSWORD = new AppError('not_found', { message: 'There is no such app password' });

export function serveAppPasswords(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.get(
    '/v1/app-passwords',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listAppPasswords',
        summary: "List the caller's app passwords, the newest first",
        errors: ['unauthenticated'],
        response: { 200: PageOf(AppPassword, 'AppPasswords') },
      },
    },
    async (request) => ({ items: (await credentials.listAppPasswords(callerOf(request))).map(show), next: null }),
  );

  app.post(
    '/v1/app-passwords',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'createAppPassword',
        summary: 'Make a password for a program',
        description:
          'The program signs in with it through one of the other APIs, which cannot ask for the code of a second factor. Such a' +
          ' session reads and writes; it cannot moderate, or change how the account is signed in to.',
        errors: ['unauthenticated', 'confirmation_required'],
        body: Type.Object({ name: Label }, { title: 'AppPasswordWish' }),
        response: { 201: NewAppPassword },
      },
    },
    async (request, reply) => {
      const made = await credentials.createAppPassword(callerOf(request), request.body.name);
      return reply.code(201).send({ ...show(made), password: made.password });
    },
  );

  app.delete(
    '/v1/app-passwords/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeAppPassword',
        summary: 'Revoke an app password, with the sessions that it began',
        errors: ['unauthenticated', NO_PASSWORD],
        params: Type.Object({ id: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await credentials.revokeAppPassword(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function show({ id, name, createdAt, usedAt }: CoreAppPassword): Static<typeof AppPassword> {
  const used = usedAt === null ? {} : { usedAt: usedAt.toISOString() };
  return { id, name, createdAt: createdAt.toISOString(), ...used };
}
