/** `/v1/admin`: the installation as its admins see it. */
import { Type } from 'typebox';
import { HOURS_MAX, MEASURES } from '../../../core/administration/history.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, PageOf, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { moment } from '../times.ts';
import { NOT_ADMIN } from './community.ts';

const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Point = Type.Object(
  {
    at: schema.Moment,
    ...(Object.fromEntries(MEASURES.map((name) => [name, Type.Optional(Type.Number())])) as Record<
      (typeof MEASURES)[number],
      ReturnType<typeof Type.Optional<ReturnType<typeof Type.Number>>>
    >),
  },
  {
    title: 'HistoryPoint',
    description:
      'Of all nodes: requests, failed requests, messages and frames a minute; open sockets and waiting work; times in seconds that 95 of' +
      ' 100 requests and messages keep; processor in cores, memory in bytes.',
  },
);
const History = Type.Object(
  { step: Type.Integer({ description: 'Seconds between two points.' }), points: Type.Array(Point) },
  { title: 'History' },
);
const Storage = Type.Object(
  {
    accounts: schema.Count,
    bytes: Bytes,
    largest: Type.Array(Type.Object({ person: schema.Person, bytes: Bytes })),
  },
  { title: 'Storage' },
);
const Setting = Type.Object(
  { name: Type.String(), value: Type.String(), isSet: Type.Boolean({ description: 'False: it is the default.' }) },
  { title: 'Setting' },
);
const Account = Type.Object(
  {
    person: schema.Person,
    email: Type.Optional(Type.String()),
    role: schema.CommunityRole,
    createdAt: schema.Moment,
    closedAt: Type.Optional(schema.Moment),
    lastSessionAt: Type.Optional(schema.Moment),
    bytes: Bytes,
  },
  { title: 'Account' },
);
/** The id of the last account of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveAdministration(app: App, parts: KoineParts): void {
  serveFigures(app, parts);
  serveAccounts(app, parts);
}

function serveFigures(app: App, { core: { administration }, callers, present }: KoineParts): void {
  const forAdmins = { ...callers.may('moderate') };
  const errors = ['unauthenticated', NOT_ADMIN] as const;

  app.get(
    '/v1/admin/metrics',
    {
      ...forAdmins,
      schema: {
        operationId: 'getHistory',
        summary: 'See what the servers measured in the last hours',
        errors,
        querystring: Type.Object({
          hours: Type.Optional(Type.Integer({ minimum: 1, maximum: HOURS_MAX, default: HOURS_MAX })),
        }),
        response: { 200: History },
      },
    },
    async (request) => {
      const { step, points } = await administration.readHistory(callerOf(request), request.query.hours ?? HOURS_MAX);
      return { step, points: points.map(({ at, ...values }) => ({ at: moment(at), ...values })) };
    },
  );

  app.get(
    '/v1/admin/storage',
    {
      ...forAdmins,
      schema: {
        operationId: 'getStorage',
        summary: 'See how much is stored, and who stores the most',
        errors,
        response: { 200: Storage },
      },
    },
    async (request) => {
      const { largest, ...sums } = await administration.readStorage(callerOf(request));
      return { ...sums, largest: largest.map(({ person, bytes }) => ({ person: present.person(person), bytes })) };
    },
  );

  app.get(
    '/v1/admin/settings',
    {
      ...forAdmins,
      schema: {
        operationId: 'listSettings',
        summary: 'See the settings in force, without secrets',
        errors,
        response: { 200: Type.Object({ items: Type.Array(Setting) }, { title: 'ShownSettings' }) },
      },
    },
    async (request) => ({ items: [...(await administration.readSettings(callerOf(request)))] }),
  );
}

function serveAccounts(app: App, { core: { administration }, callers, present }: KoineParts): void {
  const forAdmins = { ...callers.may('moderate') };
  const errors = ['unauthenticated', NOT_ADMIN] as const;

  app.get(
    '/v1/admin/accounts',
    {
      ...forAdmins,
      schema: {
        operationId: 'listAccounts',
        summary: 'List all accounts, the oldest first',
        errors,
        querystring: ListQuery(),
        response: { 200: PageOf(Account, 'AccountOverviews') },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const list = (most: number) => administration.listAccounts(callerOf(request), { after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ person }) => person.id);
      const accounts = items.map(({ person, createdAt, disabledAt, lastSessionAt, ...rest }) => ({
        ...rest,
        person: present.person(person),
        ...(person.email !== '' && { email: person.email }),
        createdAt: moment(createdAt),
        ...(disabledAt !== null && { closedAt: moment(disabledAt) }),
        ...(lastSessionAt !== null && { lastSessionAt: moment(lastSessionAt) }),
      }));
      return pageOf(reply, { items: accounts, next });
    },
  );
}
