/** Health checks and metrics. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkFiles } from '../../src/operations/files-check.ts';
import { createHealth } from '../../src/operations/health.ts';
import { member } from '../support/board-people.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { privatePlaces, startTestServer, type TestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { loungeUser, relayUser, say } from '../support/people.ts';
import { openRaw, upgradeHead } from '../support/raw.ts';
import { findRedisServer, freePort, NEEDS_REDIS, startRedis } from '../support/redis.ts';
import { startS3 } from '../support/s3.ts';
import { startProcess } from '../support/server-process.ts';

/** Healthy parts, for tests of one of the others. */
const WELL = { broker: () => true, files: () => true, disk: () => true };
const METRICS_TOKEN = 'a token for the metrics';

async function scrape({ url }: Pick<TestServer, 'url'>): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  return answer.text();
}

/** A sample's value, or `NaN`. */
function metric(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? Number.NaN);
}

async function readiness({ url }: Pick<TestServer, 'url'>) {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

test('servers with and without metrics', async (t) => {
  const [closed, open, busy] = await Promise.all([
    startTestServer(t),
    startTestServer(t, { METRICS_TOKEN }),
    startTestServer(t, { METRICS_TOKEN }),
  ]);

  await t.test('/healthz and /readyz answer everybody', async () => {
    const alive = await fetch(`${closed.url}/healthz`);
    assert.deepEqual([alive.status, await alive.json()], [200, { alive: true }]);
    assert.deepEqual(await readiness(closed), {
      status: 200,
      json: { ready: true, stopping: false, parts: { database: 'up', broker: 'up', files: 'up', disk: 'up' } },
    });
  });

  await t.test('metrics count requests by dialect, route and status class', async () => {
    const ann = await member(open, 'ann');
    const { id } = await ann.post('a first thread');
    await ann.like(id);
    assert.equal((await ann.like(id + 1)).status, 404);
    await fetch(`${open.url}/no/such/place?x=1`);
    const text = await eventually('the last answer to be counted', async () => {
      const scraped = await scrape(open);
      return scraped.includes('route="unknown"') && scraped;
    });
    const count = (labels: string) => metric(text, `koine_http_request_duration_seconds_count{${labels}}`);
    assert.equal(count('dialect="board",method="POST",route="/users/",status="2xx"'), 1);
    assert.equal(count('dialect="board",method="POST",route="/messages/:message_id/like",status="2xx"'), 1);
    assert.equal(count('dialect="board",method="POST",route="/messages/:message_id/like",status="4xx"'), 1);
    assert.equal(count('dialect="none",method="GET",route="unknown",status="4xx"'), 1);
    assert.ok(!text.includes('/no/such/place'));
  });

  await t.test('metrics need their bearer token, and are not served if none is configured', async () => {
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer undefined' }])
      assert.equal((await fetch(`${closed.url}/metrics`, { headers })).status, 404);
    const wrong = [
      {},
      { authorization: 'Bearer' },
      { authorization: 'Bearer wrong' },
      { authorization: METRICS_TOKEN },
    ];
    for (const headers of wrong) {
      const answer = await fetch(`${open.url}/metrics`, { headers });
      assert.deepEqual([answer.status, answer.headers.get('www-authenticate')], [401, 'Bearer']);
    }
    const { token } = await member(open, 'bob');
    const answer = await fetch(`${open.url}/metrics?token=${METRICS_TOKEN}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 401);
    assert.match(await scrape(open), /^koine_ready 1$/m);
  });

  await t.test('every metric and label of the dashboard exists', async () => {
    const known = labelsByName(await scrape(open));
    const dashboard = JSON.parse(await readFile('grafana/koine.json', 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.ok(asked.length > 20);
    for (const expr of asked) {
      const names = namesIn(expr);
      assert.ok(names.length > 0, expr);
      for (const name of names) assert.ok(known.has(name), `${name} in ${expr}`);
      const labels = new Set(['instance', 'le', ...names.flatMap((name) => [...(known.get(name) ?? [])])]);
      for (const label of labelsIn(expr)) assert.ok(labels.has(label), `${label} in ${expr}`);
    }
    const shown = new Set(asked.flatMap(namesIn).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const ours = [...known.keys()].filter((name) => name.startsWith('koine_') && !/_(bucket|sum|count)$/.test(name));
    assert.deepEqual(
      ours.filter((name) => !shown.has(name)),
      [],
      'metrics that no panel shows',
    );
  });

  await t.test('metrics count sockets, frames and batches, and measure the latency of messages', async (t) => {
    const bob = await relayUser(t, busy, 'bob');
    const ann = await loungeUser(t, busy, 'ann');
    for (const text of ['one', 'two', 'three']) say(ann, text);
    await ann.until('all three', ({ frames }) => frames.some((frame) => frame.includes('"three"')));
    await bob.until('all three', ({ frames }) => frames.some((frame) => frame.includes('"three"')));
    ann.ws.close(4999);
    await ann.untilClosed();
    const refused = await openRaw(t, busy);
    refused.write(upgradeHead('/join'));
    assert.equal(await refused.status(), 401);
    const text = await eventually('the close to be counted', async () => {
      const scraped = await scrape(busy);
      return scraped.includes('koine_sockets_closed_total{dialect="lounge"') && scraped;
    });
    assert.equal(metric(text, 'koine_sockets_open{dialect="relay"}'), 1);
    assert.equal(metric(text, 'koine_sockets_open{dialect="lounge"}'), 0);
    assert.equal(metric(text, 'koine_sockets_opened_total{dialect="lounge"}'), 1);
    assert.equal(metric(text, 'koine_sockets_closed_total{dialect="lounge",code="other"}'), 1);
    assert.equal(metric(text, 'koine_upgrades_refused_total{dialect="lounge",status="401"}'), 1);
    assert.equal(metric(text, 'koine_frames_received_total{dialect="lounge"}'), 3);
    assert.equal(metric(text, 'koine_frames_sent_total'), ann.frames.length + bob.frames.length);
    assert.equal(metric(text, 'koine_batch_size_sum{lane="messages"}'), 3);
    assert.equal(metric(text, 'koine_commit_duration_seconds_count{lane="messages"}'), 3);
    assert.ok(metric(text, 'koine_delivery_duration_seconds_count') >= 1);
    assert.equal(
      metric(text, 'koine_delivery_duration_seconds_count'),
      metric(text, 'koine_delivery_duration_seconds_bucket{le="+Inf"}'),
    );
    assert.equal(metric(text, 'koine_waiting{queue="messages"}'), 0);
    assert.equal(metric(text, 'koine_gap_repairs_total'), 0);
    assert.ok(metric(text, 'koine_database_connections{state="active"}') >= 1);
  });

  await t.test('two servers in one process have separate metrics', async () => {
    assert.equal(metric(await scrape(busy), 'koine_sockets_opened_total{dialect="relay"}'), 1);
    assert.equal(metric(await scrape(open), 'koine_sockets_opened_total{dialect="relay"}'), 0);
  });

  await t.test(
    'without its database a server is alive but not ready, and becomes ready again when it is back',
    async () => {
      const down = {
        ready: false,
        stopping: false,
        parts: { database: 'down', broker: 'up', files: 'up', disk: 'up' },
      };
      await closed.sql`alter table koine_migrations rename to elsewhere`;
      await eventually('not ready', async () => (await readiness(closed)).status === 503);
      assert.deepEqual((await readiness(closed)).json, down);
      assert.equal((await fetch(`${closed.url}/healthz`)).status, 200);
      await closed.sql`alter table elsewhere rename to koine_migrations`;
      await eventually('ready again', async () => (await readiness(closed)).status === 200);
      await closed.sql`insert into koine_migrations (name) values ('9999-of-a-newer-koine.sql')`;
      await closed.sql`delete from koine_migrations where name = (select min(name) from koine_migrations)`;
      await eventually('not migrated', async () => (await readiness(closed)).status === 503);
    },
  );
});

test('frequent readiness probes query the database once a second', async () => {
  let asked = 0;
  const health = createHealth({
    database: async () => {
      asked += 1;
      return true;
    },
    ...WELL,
  });
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, () => health.readiness()));
  assert.equal(asked, 1);
});

test('an unresponsive database is queried once, and all probes report it in time', async () => {
  let asked = 0;
  const health = createHealth({
    database: () => {
      asked += 1;
      return new Promise(() => {});
    },
    ...WELL,
  });
  const answers = await Promise.all([health.readiness(), health.readiness()]);
  assert.deepEqual(new Set(answers.map(({ parts }) => parts.database)), new Set(['down']));
  assert.equal((await health.readiness()).ready, false);
  assert.equal(asked, 1);
});

test('an unreachable broker makes a node degraded, not unready, and shutting down makes it unready', async () => {
  const health = createHealth({ ...WELL, database: async () => true, broker: () => false });
  assert.deepEqual(await health.readiness(), {
    ready: true,
    stopping: false,
    parts: { database: 'up', broker: 'degraded', files: 'up', disk: 'up' },
  });
  health.stopping();
  assert.equal((await health.readiness()).ready, false);
});

test('a node without its Redis is degraded but ready, and recovers when it is back', NEEDS_REDIS, async (t) => {
  const program = findRedisServer();
  if (program === null) return t.skip('no redis-server on the PATH');
  const port = await freePort();
  let redis = await startRedis(program, port);
  atEnd(t, () => redis.stop());
  const server = await startTestServer(t, { REDIS_URL: redis.url });
  const broker = async () => {
    const { status, json } = await readiness(server);
    assert.equal(status, 200);
    return (json.parts as { broker: string }).broker;
  };
  assert.equal(await broker(), 'up');
  await redis.stop('SIGKILL');
  await eventually('degraded', async () => (await broker()) === 'degraded');
  redis = await startRedis(program, port);
  await eventually('up again', async () => (await broker()) === 'up');
});

test('an unreachable file store or a missing bucket is reported at the start, by /readyz and by check-config', async (t) => {
  const s3 = await startS3(t);
  const settings = { ...(await privatePlaces(t)), ...s3.settings, LOG_LEVEL: 'warn' };
  const files = async (server: { url: string }) => {
    const { status, json } = await readiness(server);
    return [status, (json.parts as { files: string }).files];
  };
  const wrong = { ...settings, S3_BUCKET: 'elsewhere' };
  const cause = `S3 bucket elsewhere at ${new URL(s3.settings.S3_ENDPOINT as string).host}: there is no such bucket`;
  const server = await startProcess(t, wrong);
  const line = await server.until('the warning', ({ lines }) => lines[0]);
  assert.equal(line.msg, `pictures cannot be stored or deleted: ${cause}`);
  assert.deepEqual(await files(server), [200, 'degraded']);
  const checked = await koine(wrong, 'check-config');
  assert.equal(checked.code, 1);
  assert.ok(checked.out.includes(`files: NO: ${cause}`), checked.out);
  assert.deepEqual(await files(await startTestServer(t, s3.settings)), [200, 'up']);
});

test('frequent readiness probes check the file store once in half a minute', async () => {
  let asked = 0;
  const check = async () => {
    asked += 1;
  };
  const silent = { warn: () => {}, info: () => {} };
  const files = checkFiles({ place: 'somewhere', check }, silent);
  for (let round = 0; round < 100; round += 1) assert.equal(files.up(), true);
  await new Promise(setImmediate);
  files.up();
  assert.equal(asked, 1);
});

/** Metric names as they can be queried, with labels; for metrics without samples, from their definition. */
function labelsByName(text: string): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
    for (const one of [name, ...names]) known.set(one, new Set(UNCOUNTED[name]));
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.get(name)?.add(label);
  return known;
}

const UNCOUNTED: Record<string, string[]> = {
  koine_http_request_duration_seconds: ['dialect', 'method', 'route', 'status'],
  koine_sockets_closed_total: ['dialect', 'code'],
  koine_upgrades_refused_total: ['dialect', 'status'],
  nodejs_gc_duration_seconds: ['kind'],
};

const PROMQL = ['sum', 'rate', 'by', 'count', 'max', 'min', 'topk', 'histogram_quantile', 'vector', 'or'];

/** Everything that is no keyword, function, label, string or duration of PromQL. */
function namesIn(expr: string): string[] {
  const bare = expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, ' ');
  return [...bare.matchAll(/[a-z_]\w*/gi)].map(([name]) => name).filter((name) => !PROMQL.includes(name));
}

function labelsIn(expr: string): string[] {
  const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const matched = [...expr.matchAll(/(\w+)(?:=~|=|!=)"/g)].map(([, label = '']) => label);
  return [...grouped, ...matched];
}
