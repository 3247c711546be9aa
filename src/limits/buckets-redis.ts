/**
 * Token buckets shared by nodes through Redis. A node takes from its own bucket and reports to Redis later (`Share`), so no
 * request waits. With `n` nodes, a key can exceed its rate by (n - 1) / 8 of a bucket plus what it takes in one round trip.
 */
import { withinDeadline } from '../deadline.ts';
import type { Share } from './buckets.ts';
import type { Rate } from './rates.ts';
import type { Scripts } from './rates-redis.ts';

export type RedisShareOptions = {
  /** Nodes with the same name share buckets. */
  readonly name: string;
  readonly rate: Rate;
  readonly warn: (message: string) => void;
};

/** How long a call waits for Redis, in ms. */
const DEADLINE = 1_000;
/** Pause after a failed call, in ms. */
const PAUSE = 5_000;

/**
 * Refills the bucket by Redis's clock, takes the points (at most down to a debt of a whole bucket) and returns what is left. A
 * key expires when its bucket would be full again.
 */
const TAKE = `
local size, window, taken = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = size
if known[1] then left = math.min(size, tonumber(known[1]) + math.max(0, now - tonumber(known[2])) * size / window) end
left = math.max(-size, left - taken)
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], window * 2)
return tostring(left)`;

/** `client` null: Redis is unavailable, and each node counts for itself. */
export function redisShare(redis: { readonly client: Scripts | null }, { name, rate, warn }: RedisShareOptions): Share {
  let pausedUntil = 0;
  let failing = false;

  function failed(reason: string): null {
    pausedUntil = performance.now() + PAUSE;
    if (!failing) warn(`Redis does not count, this node counts for itself: ${reason}`);
    failing = true;
    return null;
  }

  return async (key, taken) => {
    const { client } = redis;
    if (client === null || performance.now() < pausedUntil) return null;
    try {
      const numbers = [rate.points, rate.seconds * 1_000, taken].map(String);
      const answer = await withinDeadline(
        client.eval(TAKE, { keys: [`${name}:${key}`], arguments: numbers }),
        DEADLINE,
      );
      const left = typeof answer === 'string' ? Number(answer) : Number.NaN;
      if (Number.isNaN(left)) return failed(`no answer within ${DEADLINE} ms`);
      failing = false;
      return left;
    } catch (error) {
      return failed((error as Error).message);
    }
  };
}
