/** The examples of the SDK and the bot of its README run, as programs of their own that use the built package. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { atEnd, eventually, Watched } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { type Member, member } from '../support/koine-people.ts';

const FOLDER = 'packages/client/examples';

class Program extends Watched {
  readonly child: ChildProcessWithoutNullStreams;
  said = '';
  #isOver = false;

  constructor(t: TestContext, name: string, { server, token }: Member) {
    super();
    const env = { PATH: process.env.PATH, KOINE_URL: server.url, KOINE_TOKEN: token };
    this.child = spawn(process.execPath, [`${FOLDER}/${name}.js`], { env });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream.on('data', (data) => {
        this.said += data;
        this.change();
      });
    this.child.on('exit', () => {
      this.#isOver = true;
      this.change();
    });
    atEnd(t, () => this.child.kill());
  }

  says(text: string): Promise<boolean> {
    return this.until(text, ({ said }) => said.includes(text));
  }

  protected get over(): boolean {
    return this.#isOver;
  }

  protected describe(): string {
    return this.said;
  }
}

type Messages = { items: { body: string; author: { username: string }; replyTo?: { seq: number } }[] };

test('each example does what it says', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const bot = await member(server, 'bot');
  const bob = await member(server, 'bob');
  const room = await ann.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'Tea', members: [bot.id] });
  const messages = async () => (await ann.get<Messages>(`/rooms/${room.id}/messages`)).items;
  const tried = new Set(['bot', 'greeter', 'publish', 'unread']);

  const unread = new Program(t, 'unread', bot);
  await unread.says('Tea: 0\n');
  new Program(t, 'bot', bot);
  const greeter = new Program(t, 'greeter', bot);
  // A program hears what happens after it has connected, and does not tell when that is.
  await repeatedly(
    () => ann.do('POST', `/rooms/${room.id}/messages`, { body: '!ping' }),
    async () => (await messages()).some(({ body, replyTo }) => body === 'pong' && replyTo !== undefined),
  );
  await unread.until('what is unread', ({ said }) => /Tea: [1-9]/.test(said));
  await repeatedly(
    async () => {
      await ann.call('DELETE', `/rooms/${room.id}/members/${bob.id}`);
      await ann.do('PUT', `/rooms/${room.id}/members/${bob.id}`, {});
    },
    async () => greeter.said.includes('greeted bob in Tea'),
  );
  assert.ok((await messages()).some(({ body, author }) => body === 'Welcome, @bob!' && author.username === 'bot'));

  const publish = new Program(t, 'publish', bot);
  publish.child.stdin.end('It is five o’clock\n');
  await once(publish.child, 'exit');
  assert.match(publish.said, /^published [\w-]+\n$/);
  const files = (await readdir(FOLDER)).map((file) => file.replace(/\.js$/, ''));
  assert.deepEqual(files.toSorted(), [...tried].toSorted());
});

/** Does it, and again each time that it has had no effect for long. */
function repeatedly(act: () => Promise<unknown>, effect: () => Promise<boolean>): Promise<unknown> {
  let asked = 0;
  return eventually('an effect', async () => {
    if (asked++ % 100 === 0) await act();
    return effect();
  });
}

test('the bot of the README is the example', async () => {
  const readme = await readFile('packages/client/README.md', 'utf8');
  const bot = await readFile(`${FOLDER}/bot.js`, 'utf8');
  assert.ok(readme.includes(bot.slice(bot.indexOf('import'))));
});
