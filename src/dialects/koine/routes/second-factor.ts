/** `/v1/second-factor` and `/v1/session/confirmation`: codes beside the password, and showing once more who one is. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PASSWORD } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { Code } from './session.ts';

const State = Type.Object(
  { since: Type.Optional(schema.Moment), recoveryCodes: Type.Integer({ description: 'How many are left.' }) },
  { title: 'SecondFactor', description: 'Without `since` it is off.' },
);
const Prepared = Type.Object(
  {
    secret: Type.String({ description: 'For an app of one-time passwords, typed by hand.' }),
    uri: Type.String({ description: 'The same for the app as a QR code (`otpauth:`).' }),
  },
  { title: 'NewSecondFactor' },
);
const RecoveryCodes = Type.Object(
  { recoveryCodes: Type.Array(Type.String(), { description: 'They are shown this once, and count once each.' }) },
  { title: 'RecoveryCodes' },
);
const IS_ON = new AppError('forbidden', { message: 'The second factor is on already' });
const IS_OFF = new AppError('not_found', { message: 'The second factor is off' });

export function serveSecondFactor(app: App, parts: KoineParts): void {
  serveCodes(app, parts);
  serveRecoveryCodes(app, parts);
  serveConfirmation(app, parts);
}

function serveCodes(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.get(
    '/v1/second-factor',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'getSecondFactor',
        summary: 'See whether signing in takes a code',
        errors: ['unauthenticated'],
        response: { 200: State },
      },
    },
    async (request) => {
      const { since, recoveryCodes } = await credentials.getSecondFactor(callerOf(request));
      return { ...(since !== null && { since: new Date(since).toISOString() }), recoveryCodes };
    },
  );

  app.post(
    '/v1/second-factor',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'prepareSecondFactor',
        summary: 'Make a secret for an app of one-time passwords',
        description: 'It is in use when `PUT` has shown a code of it.',
        errors: ['unauthenticated', 'confirmation_required', IS_ON],
        response: { 200: Prepared },
      },
    },
    (request) => credentials.prepareSecondFactor(callerOf(request)),
  );

  app.put(
    '/v1/second-factor',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'turnOnSecondFactor',
        summary: 'Turn the second factor on',
        description:
          'From now on signing in takes a code of the app or a recovery code; through the other APIs it takes an app password.',
        errors: ['unauthenticated', 'confirmation_required', 'bad_code', IS_ON],
        body: Type.Object({ code: Code }, { title: 'FirstCode' }),
        response: { 200: RecoveryCodes },
      },
    },
    async (request) => ({
      recoveryCodes: await credentials.turnOnSecondFactor(callerOf(request), request.body.code),
    }),
  );

  app.delete(
    '/v1/second-factor',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'turnOffSecondFactor',
        summary: 'Turn the second factor off',
        errors: ['unauthenticated', 'confirmation_required', IS_OFF],
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await credentials.turnOffSecondFactor(callerOf(request));
      return reply.code(204).send(null);
    },
  );
}

function serveRecoveryCodes(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.post(
    '/v1/second-factor/recovery-codes',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'renewRecoveryCodes',
        summary: 'Make new recovery codes in place of all earlier ones',
        errors: ['unauthenticated', 'confirmation_required', IS_OFF],
        response: { 200: RecoveryCodes },
      },
    },
    async (request) => ({ recoveryCodes: await credentials.renewRecoveryCodes(callerOf(request)) }),
  );
}

function serveConfirmation(app: App, { core: { credentials }, callers }: KoineParts): void {
  app.put(
    '/v1/session/confirmation',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'confirmSession',
        summary: 'Show once more who you are',
        description: 'For 15 minutes, as after signing in, the session may change how the account is signed in to.',
        errors: ['unauthenticated', 'bad_credentials', 'code_required', 'bad_code', 'overloaded'],
        body: Type.Object(
          { password: Type.String({ minLength: 1, maxLength: PASSWORD }), code: Type.Optional(Code) },
          { title: 'Confirmation' },
        ),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { password, code = null } = request.body;
      await credentials.confirm(callerOf(request), { password, code }, request.ip);
      return reply.code(204).send(null);
    },
  );
}
