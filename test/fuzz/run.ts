/**
 * `npm run test:fuzz`: random requests and frames against a dedicated server, reproducible by seed. Prints each finding
 * as a line of JSON, which `--replay` sends again; exits with 1 if there were any.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { exchange } from './http.ts';
import { SETTINGS, Target } from './target.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    frames: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    time: { type: 'string', default: '3600' },
    replay: { type: 'string' },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'koine-fuzz-'));
const target = await Target.start({ ...SETTINGS, DATA_DIR: folder });
let sound = false;
try {
  sound = values.replay === undefined ? await run() : await replay(values.replay);
} finally {
  await target.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(sound ? 0 : 1);

async function run(): Promise<boolean> {
  const report = await fuzz(target, {
    seed: Number(values.seed),
    requests: Number(values.requests),
    frames: Number(values.frames),
    seconds: Number(values.time),
    say: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.findings === 0;
}

/** Repeats one request of a finding. */
async function replay(line: string): Promise<boolean> {
  const { case: sent = JSON.parse(line) } = JSON.parse(line);
  const body = sent.body64 === undefined ? null : Buffer.from(sent.body64, 'base64');
  const agent = new Agent();
  const answer = await exchange(target.url, agent, { ...sent, body, by: '', declared: false });
  process.stdout.write(`${answer.status} ${answer.type}\n${answer.body}\n${target.log}\n`);
  return answer.status < 500;
}
