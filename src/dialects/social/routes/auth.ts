/** `/api/auth`: signing up, in and out. */
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { deviceOf } from '../../shared/devices.ts';
import { checkNewAccount, JOINING } from '../../shared/new-accounts.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { NOT_FROM_HERE } from '../callers.ts';
import type { SocialParts } from '../parts.ts';
import * as schema from '../schema.ts';

const UNKNOWN_EMAIL = new AppError('not_found', { message: 'Пользователь с таким именем не найден!' });
const WELCOME = 'Вы успешно зарегистрировались!';

export function serveAuth(app: App, parts: SocialParts): void {
  serveSignUp(app, parts);
  serveSignIn(app, parts);
}

function serveSignUp(app: App, { core, cookies, callers, present }: SocialParts): void {
  const { accounts, sessions } = core;

  app.get(
    '/api/auth/current_user',
    {
      ...callers.member,
      schema: {
        operationId: 'getCurrentUser',
        summary: 'Get the caller',
        errors: ['unauthenticated'],
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return present.user(accounts.show(caller, caller));
    },
  );

  app.post(
    '/api/auth/register',
    {
      config: checkNewAccount(accounts),
      schema: {
        operationId: 'registerUser',
        summary: 'Create an account and sign in',
        errors: ['email_taken', 'username_taken', NOT_FROM_HERE, ...JOINING, 'accounts_elsewhere', 'overloaded'],
        body: schema.RegisterBody,
        response: { 201: schema.Registered },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const { username, email, password } = request.body;
      const account = await accounts.signUp({ username, email, password }, request.ip);
      void reply.header('set-cookie', cookies.set(await sessions.start(account, deviceOf(request)), request));
      const user = present.user(accounts.showOwn(account));
      return reply.code(201).send({ message: WELCOME, detail: WELCOME, new_user: user });
    },
  );
}

function serveSignIn(app: App, { core, cookies, callers, present }: SocialParts): void {
  const { accounts, sessions } = core;

  app.post(
    '/api/auth/login',
    {
      schema: {
        operationId: 'logIn',
        summary: 'Sign in',
        errors: [
          UNKNOWN_EMAIL,
          'bad_credentials',
          NOT_FROM_HERE,
          'awaiting_approval',
          'accounts_elsewhere',
          'overloaded',
        ],
        security: [],
        body: schema.LoginBody,
        response: { 200: schema.LoggedIn },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      const { email, password } = request.body;
      const proving = accounts.prove({ email }, { password, address: request.ip, revealUnknown: true });
      const account = await renameErrors(proving, { not_found: () => UNKNOWN_EMAIL });
      void reply.header('set-cookie', cookies.set(await sessions.start(account, deviceOf(request)), request));
      const user = present.user(accounts.showOwn(account));
      return { detail: 'Вы успешно вошли в аккаунт!', user };
    },
  );

  app.delete(
    '/api/auth/logout',
    {
      schema: {
        operationId: 'logOut',
        summary: 'Sign out',
        errors: [NOT_FROM_HERE],
        security: [{}, { cookie: [] }, { bearer: [] }],
        response: { 200: schema.Done },
      },
    },
    async (request, reply) => {
      const session = await callers.sessionOf(request);
      if (session !== null) await sessions.end(session);
      void reply.header('set-cookie', cookies.cleared(request));
      return { detail: 'Вы успешно вышли из аккаунта' };
    },
  );
}
