/** `/v1/audit`: what moderators, admins and operators did. */
import { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import type { AuditEntry } from '../../../core/moderation/audit.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { personRef } from './people.ts';

const NOT_ADMIN = new AppError('forbidden', { message: 'Only admins and owners do this' });

const Values = Type.Unsafe<Record<string, string | number | boolean | null>>({
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
});
const Entry = Type.Object(
  {
    id: schema.Id,
    actor: Type.Optional(schema.Person),
    byOperator: Type.Boolean({ description: 'On the command line of the server.' }),
    action: Type.String({ examples: ['sanction.silence', 'text.remove', 'role.set'] }),
    account: Type.Optional(schema.Person),
    subject: Type.Optional(Type.String({ examples: ['post 5f0c5c70-0000-4000-8000-000000000000'] })),
    reason: Type.String(),
    before: Type.Optional(Values),
    after: Type.Optional(Values),
    createdAt: schema.Moment,
  },
  { title: 'AuditEntry', description: 'Accounts that are gone are left out.' },
);
/** The id of the last entry of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveAudit(app: App, { core: { moderation }, callers, present }: KoineParts): void {
  function show({ id, actor, account, subject, before, after, createdAt, ...entry }: AuditEntry): Static<typeof Entry> {
    return {
      id: String(id),
      ...(actor !== null && { actor: present.person(actor) }),
      ...entry,
      ...(account !== null && { account: present.person(account) }),
      ...(subject !== null && { subject }),
      ...(before !== null && { before }),
      ...(after !== null && { after }),
      createdAt: moment(createdAt),
    };
  }

  app.get(
    '/v1/audit',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listAudit',
        summary: 'List the acts of moderation and administration',
        description: 'For admins and owners; the newest come first.',
        errors: ['unauthenticated', NOT_ADMIN, notFound('account')],
        querystring: ListQuery({ about: Type.Optional(schema.Id) }),
        response: { 200: PageOf(Entry, 'AuditEntries') },
      },
    },
    async (request, reply) => {
      const { limit, cursor, about } = request.query;
      const before = positionOf(Position, cursor);
      const ref = about === undefined ? null : personRef(about);
      const { items, next } = await moderation.listAudit(callerOf(request), { before, about: ref, limit });
      return pageOf(reply, { items: items.map(show), next });
    },
  );

  app.get(
    '/v1/audit/export',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'exportAudit',
        summary: 'Get all acts of moderation and administration',
        description: 'For admins and owners: an entry a line, the oldest first.',
        errors: ['unauthenticated', NOT_ADMIN],
        produces: ['application/x-ndjson'],
        response: {
          200: Type.Unsafe<unknown>({ type: 'string', description: 'Lines of JSON, each an `AuditEntry`.' }),
        },
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const entries = moderation.exportAudit(callerOf(request), gone.signal);
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="audit.ndjson"')
        .send(Readable.from(linesOf(entries, (entry) => JSON.stringify(show(entry)))));
    },
  );
}

async function* linesOf<Item>(items: AsyncIterable<Item>, textOf: (item: Item) => string): AsyncGenerator<string> {
  for await (const item of items) yield `${textOf(item)}\n`;
}
