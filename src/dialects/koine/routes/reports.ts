/** `/v1/reports`: what people report, and the queue of the moderators. */
import { Type } from 'typebox';
import { REPORT_MAX } from '../../../core/moderation/reports.ts';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf, wholeId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { Made, Outcome, ReportBody, ReportShape, State, showReport, targetOf } from '../report-schema.ts';
import * as schema from '../schema.ts';
import { NOT_MODERATOR } from './community-invites.ts';
import { personRef } from './people.ts';

const NO_REPORT = new AppError('not_found', { message: 'There is no such report, or it is handled already' });

const ReportPath = Type.Object({ reportId: schema.Id });
const ReportChange = Type.Object(
  {
    assignee: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        maxLength: 128,
        description: 'A moderator; null: nobody.',
      }),
    ),
    note: Type.Optional(Type.String({ maxLength: REPORT_MAX })),
    state: Type.Optional(schema.OneOf('resolved', 'dismissed')),
    outcome: Type.Optional(Outcome),
  },
  { title: 'ReportChange', description: 'Omitted fields stay as they are.' },
);
/** The id of the last report of a page. */
const Position = Type.Integer({ minimum: 0 });

export function serveReports(app: App, parts: KoineParts): void {
  serveReporting(app, parts);
  serveHandling(app, parts);
}

function serveReporting(app: App, { core: { moderation }, callers }: KoineParts): void {
  app.post(
    '/v1/reports',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createReport',
        summary: 'Report a message, a post, a comment or an account to the moderators',
        description:
          'The subject, and the texts around it, are kept as they are now. Reporting it again while it waits makes no second report.' +
          ' The reported account does not learn by whom.',
        errors: ['unauthenticated', 'not_found', 'rate_limited'],
        body: ReportBody,
        response: { 200: Made, 201: Made },
      },
    },
    async (request, reply) => {
      const { subject, reason, body } = request.body;
      const { id, isNew } = await moderation.report(callerOf(request), targetOf(subject), { reason, body });
      return reply.code(isNew ? 201 : 200).send({ id: String(id) });
    },
  );
}

function serveHandling(app: App, { core: { moderation }, callers, present }: KoineParts): void {
  app.get(
    '/v1/reports',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'listReports',
        summary: 'List reports and appeals',
        description: 'For moderators. Open ones: the longest waiting come first; others: the newest.',
        errors: ['unauthenticated', NOT_MODERATOR],
        querystring: ListQuery({ state: Type.Optional(State) }),
        response: { 200: PageOf(ReportShape, 'Reports', { waiting: schema.Count }) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, state = 'open' } = request.query;
      const caller = callerOf(request);
      const from = positionOf(Position, cursor);
      const { items, next } = await moderation.listReports(caller, { state, from, limit });
      const page = pageOf(reply, { items: items.map((report) => showReport(present, report)), next });
      return { ...page, waiting: await moderation.countReports(caller) };
    },
  );

  app.get(
    '/v1/reports/:reportId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'getReport',
        summary: 'Get a report',
        description: 'For moderators.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_REPORT],
        params: ReportPath,
        response: { 200: ReportShape },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return showReport(present, await moderation.getReport(caller, idOf(request.params.reportId)));
    },
  );

  app.patch(
    '/v1/reports/:reportId',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'updateReport',
        summary: 'Assign, resolve or dismiss a report',
        description:
          'By moderators. `outcome` goes with `resolved`: `removed` deletes what was reported, and its author is told; `lifted` ends the' +
          ' sanction that was appealed; `sanctioned` and `nothing` say what was done otherwise.',
        errors: ['unauthenticated', NOT_MODERATOR, NO_REPORT],
        params: ReportPath,
        body: ReportChange,
        response: { 200: ReportShape },
      },
    },
    async (request) => {
      const { assignee, ...change } = request.body;
      const ref = assignee == null ? assignee : personRef(assignee);
      const id = idOf(request.params.reportId);
      return showReport(present, await moderation.changeReport(callerOf(request), id, { ...change, assignee: ref }));
    },
  );
}

/** Ids of reports are below 2^31. */
function idOf(text: string): number {
  const id = wholeId(text);
  if (id === null || id >= 2 ** 31) throw NO_REPORT;
  return id;
}
