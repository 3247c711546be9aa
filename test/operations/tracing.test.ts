/** Spans as a collector receives them. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { openTracing } from '../../src/operations/tracing.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { loungeUser, say } from '../support/people.ts';

type Value = { stringValue?: string; intValue?: number };
type Span = {
  name: string;
  traceId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: Value }[];
  status: { code?: number };
};
type Resource = { attributes: { key: string; value: Value }[] };
type Export = { resourceSpans: { resource: Resource; scopeSpans: { spans: Span[] }[] }[] };

/** A collector for OTLP over HTTP, in JSON. */
async function startCollector(t: TestContext) {
  const taken: { path: string; headers: IncomingHttpHeaders; body: Export }[] = [];
  const server = createServer(async (request, response) => {
    taken.push({ path: request.url ?? '', headers: request.headers, body: (await json(request)) as Export });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(t, () => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    spans: () =>
      taken.flatMap(({ body }) => body.resourceSpans.flatMap((one) => one.scopeSpans.flatMap(({ spans }) => spans))),
  };
}

function attribute({ attributes }: Pick<Span, 'attributes'>, name: string): string | number | undefined {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? value?.intValue;
}

test('a collector receives a span for each request and each commit', async (t) => {
  const collector = await startCollector(t);
  const server = await startTestServer(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20secret',
    OTEL_SERVICE_NAME: 'koine of the test',
  });
  const ann = await loungeUser(t, server, 'ann');
  say(ann, 'hello');
  await ann.until('the echo', ({ frames }) => frames.some((frame) => frame.includes('hello')));
  const missing = await fetch(`${server.url}/messages/?limit=x&token=secret`, { headers: { traceparent: FOREIGN } });
  await server.close();

  const { path, headers, body } = collector.taken[0] as (typeof collector.taken)[number];
  assert.deepEqual([path, headers['x-key']], ['/v1/traces', 'a secret']);
  assert.equal(attribute(body.resourceSpans[0]?.resource as Resource, 'service.name'), 'koine of the test');
  // The tests' client also fetches documents.
  const spans = collector.spans().filter(({ name }) => !/^GET \/(docs.*)?$/.test(name));
  assert.deepEqual(spans.map(({ name }) => name).sort(), [
    'GET /messages/',
    'POST /createUser',
    'POST /login',
    'commit messages',
  ]);
  const request = spans.find(({ name }) => name === 'GET /messages/') as Span;
  assert.equal(attribute(request, 'http.response.status_code'), 422);
  assert.equal(attribute(request, 'koine.request_id'), missing.headers.get('x-request-id'));
  assert.ok(!request.parentSpanId, "a stranger's trace is not joined");
  assert.equal(attribute(spans.find(({ name }) => name === 'commit messages') as Span, 'koine.batch_size'), 1);
  assert.ok(!JSON.stringify(collector.taken.map((one) => one.body)).includes('secret'));
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const FOREIGN = `00-${TRACE}-b7ad6b7169203331-01`;

test("a trace of a trusted proxy continues with the proxy's sampling decision", async (t) => {
  const collector = await startCollector(t);
  const server = await startTestServer(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '0',
    TRUST_PROXY: 'loopback',
  });
  await fetch(`${server.url}/healthz`, { headers: { traceparent: FOREIGN } });
  await fetch(`${server.url}/healthz`, { headers: { traceparent: FOREIGN.replace(/1$/, '0') } });
  await fetch(`${server.url}/healthz`);
  await server.close();
  assert.deepEqual(
    collector.spans().map(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
    [[TRACE, 'b7ad6b7169203331']],
  );
});

test('an unreachable collector is reported in the log', async () => {
  const told: string[] = [];
  const options = {
    url: 'http://127.0.0.1:9/v1/traces',
    service: 'koine',
    headers: { authorization: 'hunter2' },
    share: 1,
  };
  const write = (kind: string, line: string) => told.push(`${kind}: ${line}`);
  const tracing = await openTracing(options, { version: '1', trusts: () => false, write });
  tracing.committed({ lane: 'messages', size: 1, from: 1, to: 2 });
  await tracing.close();
  await eventually('the line', async () => told.length > 0);
  assert.match(told[0] ?? '', /^tracing: spans were lost: the export to 127\.0\.0\.1:9 failed: .*ECONNREFUSED/);
  assert.doesNotMatch(told.join(), /hunter2/);
});

test('an unreachable collector delays neither requests nor the shutdown', async (t) => {
  const server = await startTestServer(t, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const begun = Date.now();
  await server.close();
  assert.ok(Date.now() - begun < 5_000);
});
