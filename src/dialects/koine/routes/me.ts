/** `/v1/me`: the caller's own account. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { NAME, PASSWORD } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { Privacy, PushSettings } from '../own-settings.ts';
import type { KoineOptions, KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { beginSession, Session } from './session.ts';

const PasswordBody = Type.Object(
  {
    current: Type.String({ minLength: 1, maxLength: PASSWORD }),
    password: Type.String({ minLength: 8, maxLength: 256, description: 'The new one.' }),
  },
  { title: 'PasswordChange' },
);

const MeBody = ({ bioLength }: KoineOptions) =>
  Type.Object(
    {
      name: Type.Optional(
        Type.Unsafe<string | null>({
          type: ['string', 'null'],
          maxLength: NAME,
          description: 'The display name; null: the username.',
        }),
      ),
      bio: Type.Optional(Type.String({ maxLength: bioLength })),
      settings: Type.Optional(schema.Settings),
      language: Type.Optional(schema.Language),
      privacy: Type.Optional(Type.Partial(Privacy, { title: 'PrivacyChange' })),
      push: Type.Optional(Type.Partial(PushSettings, { title: 'PushSettingsChange' })),
    },
    { title: 'MeChange', description: 'Omitted fields stay as they are.' },
  );
const Removal = Type.Object({ deletedAt: schema.Moment }, { title: 'MeRemoved', description: 'When it is deleted.' });
const RemovalBody = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: PASSWORD }) },
  { title: 'MeRemoval' },
);

export function serveMe(app: App, parts: KoineParts): void {
  serveOwnAccount(app, parts);
  servePassword(app, parts);
  serveExport(app, parts);
}

function serveOwnAccount(app: App, { core, callers, cookies, present, options }: KoineParts): void {
  const { media, profiles, removal } = core;

  app.get(
    '/v1/me',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getMe',
        summary: "Get the caller's own account",
        errors: ['unauthenticated'],
        response: { 200: schema.Me },
      },
    },
    async (request) => present.me(await profiles.ownAccount(callerOf(request))),
  );

  app.patch(
    '/v1/me',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'updateMe',
        summary: "Change the caller's name, bio, settings, language, privacy or push settings",
        errors: ['unauthenticated'],
        body: MeBody(options),
        response: { 200: schema.Me },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      await profiles.update(caller, request.body);
      return present.me(await profiles.ownAccount(caller));
    },
  );

  app.delete(
    '/v1/me',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'deleteMe',
        summary: "Delete the caller's account and everything that it wrote",
        description:
          'All its sessions end at once. After a time of grace (`DELETION_GRACE` of the server) it is deleted with what it wrote;' +
          ' signing in before keeps it. The last owner of the community makes somebody else owner first.',
        errors: ['unauthenticated', 'bad_credentials', 'last_owner', 'overloaded'],
        body: RemovalBody,
        response: { 200: Removal },
      },
    },
    async (request, reply) => {
      const at = await removal.removeOwn(callerOf(request), request.body.password, request.ip);
      return reply.header('set-cookie', cookies.cleared(request)).send({ deletedAt: at.toISOString() });
    },
  );

  app.delete(
    '/v1/me/avatar',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeAvatar',
        summary: "Remove the caller's picture",
        errors: ['unauthenticated'],
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await media.removeAvatar(callerOf(request));
      return reply.code(204).send(null);
    },
  );
}

function servePassword(app: App, parts: KoineParts): void {
  const { callers, core } = parts;

  app.put(
    '/v1/me/password',
    {
      ...callers.may('owner'),
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
      await core.access.changePassword(caller, { current, next }, request.ip);
      return beginSession(request, reply, { account: caller, parts });
    },
  );
}

function serveExport(app: App, { core: { exports }, callers }: KoineParts): void {
  app.get(
    '/v1/me/export',
    {
      ...callers.may('owner'),
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
