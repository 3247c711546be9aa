/** One server for many tests, each of which finds it as if it were new. */
import { after } from 'node:test';
import { eventually, type Scope } from './conditions.ts';
import { atEndOfFile, endFile } from './file-end.ts';
import { startTestServer, type TestServer } from './harness.ts';

/**
 * A server for the tests of a file, called at its top. Tests of relay's sockets set `RELAY_HISTORY=0`: the process
 * remembers recent messages of the lobby.
 * @returns the first step of a test, which empties the server; not for tests that run concurrently
 */
export function sharedServer(overrides: Record<string, string> = {}): () => Promise<TestServer> {
  let starting: Promise<TestServer> | null = null;
  const scope: Scope = { after: atEndOfFile };
  // For a file that runs without those around it.
  after(endFile);
  return async () => {
    starting ??= startTestServer(scope, overrides);
    const server = await starting;
    await empty(server);
    return server;
  };
}

/** Removes everything that a test can write, once the sockets of the test before have left the lobby. */
async function empty({ sql }: TestServer): Promise<void> {
  await eventually('the lobby to be empty', async () => (await sql`select 1 from places limit 1`).length === 0);
  await sql`delete from streams s using rooms r where s.id = r.id and r.kind <> 'lobby'`;
  // Before their authors, whose likes and comments would be subtracted from the posts' counts one by one.
  await sql`delete from posts`;
  await sql`delete from accounts`;
  await sql`delete from messages`;
  await sql`delete from objects`;
  await sql`delete from events`;
}
