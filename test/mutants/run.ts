/**
 * `npm run test:mutants [-- --seed n --count m --minutes t --budget s --workers w --area a --json file --again file]`: mutation testing, one
 * plausible fault at a time. Lists the surviving faults; exits with 0 unless it fails itself.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reapLeftovers } from '../support/leftovers.ts';
import { quickestPlace } from '../support/services.ts';
import { record } from './recording.ts';
import { killed, summary } from './report.ts';
import { AREAS, type Area, areaOf, type Sample, type Source, sample, survivors } from './sampling.ts';
import { attempt, type Trial } from './trial.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    count: { type: 'string', default: '200' },
    /** Eight hours. */
    minutes: { type: 'string', default: '480' },
    /** Of the tests of one fault, in seconds. */
    budget: { type: 'string', default: '240' },
    workers: { type: 'string', default: '2' },
    area: { type: 'string', multiple: true, default: [...AREAS] },
    json: { type: 'string' },
    /** A report of `--json`: its survivors are tried, in place of a sample. */
    again: { type: 'string' },
    /** Lists the faults without trying them. */
    list: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const count = Number(values.count);
const areas = AREAS.filter((area: Area) => values.area.includes(area));
const ending = Date.now() + Number(values.minutes) * 60_000;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());

const faults =
  values.again === undefined
    ? [...first(sample(await sources(), areas, seed), count)]
    : survivors(await sources(), (JSON.parse(await readFile(values.again, 'utf8')) as { trials: Trial[] }).trials);
print(`seed ${seed}: ${faults.length} faults in ${areas.join(', ')}`);
if (values.list)
  for (const { file, line, kind, before, after } of faults)
    print(`${file}:${line}  ${kind}\n  - ${before}\n  + ${after}`);
else await tryAll(faults);

async function tryAll(all: readonly Sample[]): Promise<void> {
  const workshops: Workshop[] = [];
  const folder = await mkdtemp(join(await quickestPlace(), 'koine-mutants-'));
  const filesOfTests = await reapLeftovers(folder);
  try {
    for (let index = 0; index < Number(values.workers); index += 1)
      workshops.push(await openWorkshop(join(folder, String(index)), stopped.signal));
    const recording = await record(workshops, print, stopped.signal);
    if (recording.failing.length > 0)
      print(`not used, since they fail without any fault: ${recording.failing.join(', ')}`);
    const trials: Trial[] = [];
    const left = [...all];
    const inTime = () => !stopped.signal.aborted && Date.now() < ending;
    await Promise.all(
      workshops.map(async (workshop) => {
        for (let fault = left.shift(); fault !== undefined && inTime(); fault = left.shift()) {
          const trial = await attempt(fault, recording, workshop, Number(values.budget) * 1_000).catch((error) => {
            if (!stopped.signal.aborted) throw error;
          });
          if (trial === undefined || stopped.signal.aborted) return;
          trials.push(trial);
          print(progress(trial, trials.length, all.length));
        }
      }),
    );
    print(`\nseed ${seed}, ${trials.length} of ${all.length} faults tried\n\n${summary(trials)}`);
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ seed, count, trials }, null, 2));
  } finally {
    stopped.abort();
    for (const workshop of workshops) await workshop.close();
    for (const path of [folder, filesOfTests]) await rm(path, { recursive: true, force: true });
  }
}

function progress(trial: Trial, number: number, of: number): string {
  const end = killed(trial) ? `${trial.result}: ${trial.by}` : trial.result.toUpperCase();
  return `${number}/${of}  ${Math.round(trial.ms / 1_000)} s  ${trial.file}:${trial.line}  ${trial.kind}  ${end}`;
}

async function sources(): Promise<Source[]> {
  const files = (await readdir('src', { recursive: true })).map((file) => join('src', file).replaceAll('\\', '/'));
  const read = async (file: string) => ({ file, text: await readFile(file, 'utf8') });
  return Promise.all(
    files
      .filter((file) => areaOf(file) !== null)
      .sort()
      .map(read),
  );
}

function* first<T>(items: Iterable<T>, most: number): Generator<T> {
  let given = 0;
  for (const item of items) {
    if (given >= most) return;
    given += 1;
    yield item;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
