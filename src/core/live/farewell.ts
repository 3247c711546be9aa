/** The words to a client before the server closes its connection. */
import { CLOSE, mayRetry } from '../../hub/close-codes.ts';
import type { ClosedFor } from '../../hub/connection.ts';
import type { LiveFrames, RetryWindow } from './streams.ts';

/** When clients come back that were told to, in ms: not all at once. */
const RETRY: RetryWindow = [500, 5_000];
const RETRY_SLOWLY: RetryWindow = [5_000, 30_000];

export function farewell(frames: LiveFrames, { code }: ClosedFor): string {
  const window = code === CLOSE.flooding.code ? RETRY_SLOWLY : RETRY;
  return frames.bye(code, mayRetry(code) ? window : null);
}
