/** `/v1/resets`: another password in place of a forgotten one, by a link in a letter. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { NAME, PARAMETER } from '../../shared/bounds.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

export const NO_MAIL = new AppError('forbidden', { message: 'This server sends no mail' });
export const BAD_LINK = new AppError('not_found', { message: 'The link is not good (any more)' });
/** From the link of a letter, behind its `#`. In the body, since paths are logged. */
export const Secret = Type.String({
  maxLength: PARAMETER,
  description: 'From the link in the letter, behind its `#`.',
});

const ResetBody = Type.Object(
  { login: Type.String({ minLength: 1, maxLength: NAME, description: 'A username or an e-mail address.' }) },
  { title: 'ResetRequest' },
);
const CompletionBody = Type.Object(
  { secret: Secret, password: Type.String({ minLength: 8, maxLength: 256, description: 'The new one.' }) },
  { title: 'Reset' },
);

export function serveResets(app: App, { core: { resets }, cookies }: KoineParts): void {
  app.post(
    '/v1/resets',
    {
      schema: {
        operationId: 'requestReset',
        summary: 'Ask for a letter by which a forgotten password is replaced',
        description:
          'The answer is the same whether there is such an account or not. The link in the letter is good for an hour, once;' +
          ' an account gets three letters in an hour at most.',
        errors: [NO_MAIL, 'accounts_elsewhere', 'overloaded'],
        security: [],
        body: ResetBody,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      await resets.request(request.body.login, request.ip);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/v1/resets',
    {
      schema: {
        operationId: 'completeReset',
        summary: 'Choose a new password by the link in a letter',
        description: 'Ends all sessions of the account. Sign in with the new password then.',
        errors: [BAD_LINK, 'accounts_elsewhere', 'overloaded'],
        security: [],
        body: CompletionBody,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      cookies.requireWelcome(request.headers);
      await resets.complete(request.body.secret, request.body.password);
      return reply.code(204).send(null);
    },
  );
}
