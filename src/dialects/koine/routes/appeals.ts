/** The answers of those who were sanctioned. */
import { Type } from 'typebox';
import { REPORT_MAX } from '../../../core/moderation/reports.ts';
import type { App } from '../../shared/app.ts';
import { PASSWORD } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { NO_SANCTION, SanctionPath, sanctionId } from './sanctions.ts';

const Answer = Type.String({ minLength: 1, maxLength: REPORT_MAX });
const Answered = Type.Object({ id: schema.Id }, { title: 'Appeal' });

export function serveAppeals(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.post(
    '/v1/sanctions/:sanctionId/appeal',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'appealSanction',
        summary: 'Answer a sanction',
        description: 'Once, by whom it is against. The moderators find the answer among the reports.',
        errors: ['unauthenticated', NO_SANCTION],
        params: SanctionPath,
        body: Type.Object({ body: Answer }, { title: 'NewAppeal' }),
        response: { 201: Answered },
      },
    },
    async (request, reply) => {
      const sanction = sanctionId(request.params.sanctionId);
      const id = await moderation.appeal(callerOf(request), sanction, request.body.body);
      return reply.code(201).send({ id: String(id) });
    },
  );

  app.post(
    '/v1/appeals',
    {
      schema: {
        operationId: 'appealExclusion',
        summary: 'Answer a suspension or a ban',
        description: 'As `appealSanction`, for those who cannot sign in. A try counts like one at signing in.',
        errors: ['bad_credentials', 'code_required', 'bad_code', NO_SANCTION, 'accounts_elsewhere', 'overloaded'],
        body: Type.Object(
          {
            login: Type.String({ minLength: 1, maxLength: PASSWORD }),
            password: Type.String({ minLength: 1, maxLength: PASSWORD }),
            code: Type.Optional(Type.String({ maxLength: 64, description: 'Of the second factor, if it is on.' })),
            body: Answer,
          },
          { title: 'AppealFromOutside' },
        ),
        response: { 201: Answered },
      },
    },
    async (request, reply) => {
      const { login, password, code = null, body } = request.body;
      const proof = { password, code, address: request.ip };
      const id = await moderation.appealOutside({ usernameOrEmail: login }, proof, body);
      return reply.code(201).send({ id: String(id) });
    },
  );
}
