/** Whether somebody is signed in, and what begins and ends with it. */
import { signal } from '@preact/signals';
import { client, forgetEarly } from './koine.ts';
import { forgetDrafts, recall, remember } from './preferences.ts';
import { forgetPush } from './push.ts';

/** `unreachable`: the server has not answered yet, and there is nothing to show meanwhile. */
export type SessionState = 'starting' | 'in' | 'out' | 'unreachable';

export const session = signal<SessionState>('starting');

/**
 * Remembered while a session exists: without one, the server need not be asked for it. `known`: this browser had the state
 * of the last visit at the start, `new`: it had not. `early.js` asks the server for what it lacks.
 */
const MARK = 'session';
/** Its address has no id. */
const LOBBY = 'lobby';
let mark: 'known' | 'new' = 'new';

function look(): void {
  const { me, connection } = client.state;
  if (connection.status === 'signed-out') leave();
  else if (me) enter();
  else if (connection.status === 'waiting') session.value = 'unreachable';
}

function enter(): void {
  if (session.peek() === 'in') return;
  session.value = 'in';
  remember(MARK, mark);
}

function leave(): void {
  session.value = 'out';
  remember(MARK, null);
}

/** The next start of the page asks the server for a session: the browser comes back from a provider. */
export function expectSession(): void {
  remember(MARK, '1');
}

/** Connects with the browser's cookie, or with the sign-in just made. What was known before is shown at once. */
export async function startSession(): Promise<void> {
  client.subscribe(look);
  await client.restore();
  if (client.state.me) mark = 'known';
  look();
  if (session.peek() === 'starting' && recall(MARK) === null) leave();
  else await connect();
}

export async function connect(): Promise<void> {
  // How it ends is in the state.
  await client.start().catch(() => {});
  forgetEarly();
  remember(LOBBY, Object.values(client.state.rooms).find(({ kind }) => kind === 'lobby')?.id ?? null);
  if (session.peek() === 'in' && client.state.blocks === null) await client.people.openBlocks().catch(() => {});
}

/** Ends it here, after `work` has ended it on the server; nothing of it stays in this browser. */
export async function endSession(work: () => Promise<void>): Promise<void> {
  await work();
  leave();
  forgetDrafts();
  forgetPush();
  location.assign('/app/');
}
