/**
 * What `npm test` prints: node's own report, with failures as a person can read them. Stack traces are those of our files,
 * tokens and long texts (query plans, pages) are cut, and tests that passed their deadline are named at the end.
 */
import { Readable } from 'node:stream';
import { spec, type TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** How the line begins by which deadline.ts names a test that ran too long. */
export const DEADLINE_PASSED = 'deadline passed:';

const LONGEST = 2_000;
const TOKEN = /\beyJ[\w-]{6,}\.[\w-]+\.[\w-]+/g;
const FRAME = /^ +at /m;
const OF_NODE = /^ +at .*(\(|at )node:/;

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter that way
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  yield* Readable.from(readable(source)).pipe(new spec());
}

async function* readable(source: AsyncIterable<TestEvent>): AsyncGenerator<object> {
  const late: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:fail') shorten(event.data.details.error);
    if (event.type === 'test:stderr')
      late.push(...event.data.message.split('\n').filter((line) => line.startsWith(DEADLINE_PASSED)));
    yield event;
  }
  for (const message of late) yield { type: 'test:diagnostic', data: { message, nesting: 0 } };
}

/** Changes the error in place: the report shows it with its properties. */
function shorten(error: Error): void {
  const shown = (error.cause ?? error) as Record<string, unknown>;
  if (typeof shown !== 'object') return;
  // A message that node made shows all of these.
  if (shown.generatedMessage === true)
    for (const name of ['generatedMessage', 'code', 'operator', 'actual', 'expected']) delete shown[name];
  for (const name of ['actual', 'expected'])
    if (shown[name] !== undefined)
      shown[name] = short(typeof shown[name] === 'string' ? shown[name] : inspect(shown[name]));
  if (typeof shown.message === 'string') shown.message = short(shown.message);
  if (typeof shown.stack === 'string') shown.stack = shortStack(shown.stack);
}

/** A stack begins with the message. */
function shortStack(stack: string): string {
  const from = stack.search(FRAME);
  if (from === -1) return short(stack);
  const frames = stack.slice(from).split('\n');
  return `${short(stack.slice(0, from - 1))}\n${frames.filter((line) => !OF_NODE.test(line)).join('\n')}`;
}

function short(text: string): string {
  const shown = text.replace(TOKEN, (token) => `${token.slice(0, 6)}… (a token)`);
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST)}… (${shown.length} characters)`;
}
