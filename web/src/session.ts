/** Whether somebody is signed in, and what begins and ends with it. */
import { Problem } from '@koine/client';
import { signal } from '@preact/signals';
import { client } from './koine.ts';
import { forgetAll, recall, remember } from './preferences.ts';

/** `unreachable`: the server has not answered yet; there is nothing to show. */
export type SessionState = 'starting' | 'in' | 'out' | 'unreachable';

export const session = signal<SessionState>('starting');

/** Set while a session exists, so that others see the way in at once. */
const MARK = 'session';

/** Resumes the session of the browser's cookie, or of the sign-in just made. */
export async function startSession(): Promise<void> {
  if (session.peek() === 'out' || session.peek() === 'unreachable') session.value = 'starting';
  try {
    await client.start();
    remember(MARK, '1');
    session.value = 'in';
    void client.people.openBlocks().catch(() => {});
  } catch (error) {
    const isOut = error instanceof Problem && error.status === 401;
    session.value = isOut ? 'out' : 'unreachable';
    if (isOut) remember(MARK, null);
  }
}

export const hadSession = (): boolean => recall(MARK) !== null;

/** Ends it here, after `work` has ended it on the server; nothing of it stays in this browser. */
export async function endSession(work: () => Promise<void>): Promise<void> {
  await work();
  client.stop();
  remember(MARK, null);
  forgetAll();
  location.assign('/app/');
}
