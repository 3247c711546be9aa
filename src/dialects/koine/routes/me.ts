/** `/v1/me`: the caller's own account. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { PASSWORD } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { beginSession, Session } from './session.ts';

const PasswordBody = Type.Object(
  {
    current: Type.String({ minLength: 1, maxLength: PASSWORD }),
    password: Type.String({ minLength: 8, maxLength: 256, description: 'The new one.' }),
  },
  { title: 'PasswordChange' },
);

export function serveMe(app: App, parts: KoineParts): void {
  const { core, callers, present } = parts;
  const { access, exports, profiles } = core;

  app.get(
    '/v1/me',
    {
      ...callers.member,
      schema: {
        operationId: 'getMe',
        summary: "Get the caller's own account",
        errors: ['unauthenticated'],
        response: { 200: schema.Me },
      },
    },
    async (request) => present.me(await profiles.ownAccount(callerOf(request))),
  );

  app.put(
    '/v1/me/password',
    {
      ...callers.member,
      schema: {
        operationId: 'setPassword',
        summary: 'Change the password',
        description: 'Ends all sessions of the account, and begins a new one for the caller.',
        errors: ['unauthenticated', 'bad_credentials', 'accounts_elsewhere', 'overloaded'],
        body: PasswordBody,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { current, password: next } = request.body;
      await access.changePassword(caller, { current, next }, request.ip);
      return beginSession(request, reply, { account: caller, parts });
    },
  );

  app.get(
    '/v1/me/export',
    {
      ...callers.member,
      schema: {
        operationId: 'getExport',
        summary: 'Get all data of the account, as an archive',
        description:
          '`account.json` has the account and its sessions, `records/` everything that it wrote, in the format that' +
          ' `koine import` reads, and `files/` its pictures.',
        errors: ['unauthenticated', 'overloaded'],
        produces: ['application/gzip'],
        response: { 200: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'A `.tar.gz` file.' }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const archive = await exports.open(caller);
      return reply
        .type('application/gzip')
        .header('content-disposition', `attachment; filename="koine-${caller.uid}.tar.gz"`)
        .send(archive);
    },
  );
}
