/** The files of deploy/ and grafana/, checked with the programs that read them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { member } from '../support/board-people.ts';
import { folder } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { findProgram, needs } from '../support/programs.ts';

/** @returns output and exit code */
async function run(program: string, argv: readonly string[], input = ''): Promise<{ code: number; output: string }> {
  const child = spawn(findProgram(program) ?? program, argv, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, output: out + err };
}

test('promtool accepts the names and types of the metrics', needs('promtool'), async (t) => {
  const token = 'a token for the metrics';
  const server = await startTestServer(t, { METRICS_TOKEN: token });
  await member(server, 'ann');
  await fetch(`${server.url}/nowhere`);
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(await run('promtool', ['check', 'metrics'], await answer.text()), { code: 0, output: '' });
});

test('every alert fires when it should, and none fires for a healthy node', needs('promtool'), async () => {
  const checked = await run('promtool', ['check', 'rules', 'deploy/alerts.yml']);
  assert.equal(checked.code, 0, checked.output);
  const tested = await run('promtool', ['test', 'rules', 'deploy/alerts.test.yml']);
  assert.equal(tested.code, 0, tested.output);
  const alerts = [...(await readFile('deploy/alerts.yml', 'utf8')).matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const expected = await readFile('deploy/alerts.test.yml', 'utf8');
  for (const alert of alerts) assert.ok(expected.includes(`alertname="${alert}"`), `${alert} has a test`);
});

test('the alerts use only existing metrics', async (t) => {
  const token = 'a token for the metrics';
  const server = await startTestServer(t, { METRICS_TOKEN: token });
  const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const served = new Set([...(await answer.text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  const used = await readFile('deploy/alerts.yml', 'utf8');
  for (const [name] of used.matchAll(/\b(koine|process|nodejs)_\w+/g)) {
    const metric = name.replace(/_(bucket|sum|count)$/, '');
    assert.ok(served.has(name) || served.has(metric), name);
  }
});

test('the panel of 5xx shows 0 if there are none, even on an idle server', needs('promtool'), async (t) => {
  type Panel = { title: string; targets?: { expr: string }[] };
  const { panels } = JSON.parse(await readFile('grafana/koine.json', 'utf8')) as { panels: Panel[] };
  const panel = panels.find(({ title }) => title === 'Answers with 5xx');
  const expr = (panel?.targets?.[0]?.expr ?? '').replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m');
  const served = 'koine_http_request_duration_seconds_count{instance="one", status=';
  const cases: [shown: number, series: Record<string, string>][] = [
    [0, {}],
    [0, { '"2xx"}': '7x30' }],
    [0, { '"2xx"}': '0+60x30' }],
    [0.25, { '"2xx"}': '0+30x30', '"5xx"}': '0+10x30' }],
  ];
  const tests = cases.map(([value, series]) => ({
    interval: '1m',
    input_series: Object.entries(series).map(([rest, values]) => ({ series: served + rest, values })),
    promql_expr_test: [{ expr, eval_time: '20m', exp_samples: [{ labels: '{}', value }] }],
  }));
  const file = join(await folder(t), 'panel.yml');
  // YAML parsers read JSON.
  await writeFile(file, JSON.stringify({ tests }));
  const tested = await run('promtool', ['test', 'rules', file]);
  assert.equal(tested.code, 0, tested.output);
});

test('systemd accepts the unit and rates it as hardened', needs('systemd-analyze'), async () => {
  const verified = await run('systemd-analyze', ['verify', '--man=no', 'deploy/koine.service']);
  assert.deepEqual(verified, { code: 0, output: '' });
  // Exposure in tenths: below 20 is "OK" for systemd; a service without hardening has 96.
  const argv = ['security', '--offline=true', '--no-pager', '--threshold=20', 'deploy/koine.service'];
  const rated = await run('systemd-analyze', argv);
  assert.equal(rated.code, 0, rated.output.split('\n').slice(-3).join('\n'));
});
