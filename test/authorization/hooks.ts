/** Incoming hooks: their secret is in the path, and nobody needs an account. */
import { PREFIXES } from '../../src/dialects/shared/hooks/discord.ts';
import { call } from '../support/koine-people.ts';
import { bearer, type Cast } from './cast.ts';
import { type Asking, ROLES, table } from './table.ts';

type Paths = { slackPath: string; discordPath: string };

/** The hook of each cast, whose rights do not depend on what it has sent. */
const hooks = new WeakMap<Cast, Promise<Paths>>();

function hookOf(cast: Cast): Promise<Paths> {
  const known = hooks.get(cast) ?? makeHook(cast);
  hooks.set(cast, known);
  return known;
}

/** A new hook of a group of the owner. */
async function makeHook(cast: Cast): Promise<Paths> {
  const headers = bearer(cast.owner.token);
  const group = { kind: 'group', title: 'builds', members: [] };
  const room = (await call<{ id: string }>(cast.server, 'POST', '/rooms', { headers, body: group })).json.id;
  return (await call<Paths>(cast.server, 'POST', `/rooms/${room}/hooks`, { headers, body: { name: 'Builds' } })).json;
}

const line = (label: string, status: number) => `${label}${`  ${status}`.repeat(ROLES.length)}`;

/** The path of a message that a hook wrote. */
async function messageOf(cast: Cast, prefix: string): Promise<string> {
  const path = (await hookOf(cast)).discordPath;
  const headers = { 'content-type': 'application/json' };
  const sent = await fetch(`${cast.server.url}${path}?wait=true`, { method: 'POST', headers, body: '{"content":"x"}' });
  const { id } = (await sent.json()) as { id: string };
  return `${path.replace('/api/webhooks', prefix)}/messages/${id}`;
}

const OF_DISCORD = PREFIXES.flatMap((prefix): [string, number, Asking][] => {
  const path = `${prefix}/:id/:secret`;
  const own = async (cast: Cast) => (await hookOf(cast)).discordPath.replace('/api/webhooks', prefix);
  const content = { content: 'x' };
  return [
    [`GET ${path}`, 200, async ({ cast }) => ({ path: await own(cast) })],
    [`POST ${path}`, 204, async ({ cast }) => ({ path: await own(cast), body: content })],
    [`GET ${path}/messages/:message`, 200, async ({ cast }) => ({ path: await messageOf(cast, prefix) })],
    [
      `PATCH ${path}/messages/:message`,
      200,
      async ({ cast }) => ({ path: await messageOf(cast, prefix), body: content }),
    ],
    [`DELETE ${path}/messages/:message`, 204, async ({ cast }) => ({ path: await messageOf(cast, prefix) })],
  ];
});
const SLACK = 'POST /services/:team/:hook/:secret';

export const HOOKS = table(
  'hooks',
  'bearer',
  [ROLES.join('  '), line(SLACK, 200), ...OF_DISCORD.map(([label, status]) => line(label, status))].join('\n'),
  {
    [SLACK]: async ({ cast }) => ({ path: (await hookOf(cast)).slackPath, body: { text: 'x' } }),
    ...Object.fromEntries(OF_DISCORD.map(([label, , ask]) => [label, ask])),
  },
);
