/** Publishes what it reads from its input as a post, and ends: `date | node publish.js`. */
import { text } from 'node:stream/consumers';
import { createClient, Problem } from '@koine/client';

const client = createClient({ url: process.env.KOINE_URL, token: process.env.KOINE_TOKEN });

try {
  const { id } = await client.feed.create({ body: (await text(process.stdin)).trim() });
  process.stdout.write(`published ${id}\n`);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
