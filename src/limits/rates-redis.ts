/**
 * Rate limits shared by nodes through Redis, which decides if it answers in time. Each node counts in memory as well and falls
 * back to that while Redis is unavailable or slow.
 */
import { withinDeadline } from '../deadline.ts';
import { MemoryRates, type Rate, type Rates, type Use } from './rates.ts';

/** The part of a Redis client that is used here. */
export type Scripts = {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
};

export type RedisRatesOptions = {
  /** Nodes with the same name share counters. */
  readonly name: string;
  readonly rate: Rate;
  readonly warn: (message: string) => void;
};

/** How long a call waits for Redis, in ms. */
const DEADLINE = 100;
/** Pause after a failed call, in ms (a circuit breaker: it bounds how many requests wait). */
const PAUSE = 1_000;

/** Adds points. Returns the points used and the ms left of the window, which is the key's lifetime. */
const TAKE = `
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { used, left }`;
/** Does nothing if the window has ended. */
const GIVE_BACK = `
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used > 0 then redis.call('DECRBY', KEYS[1], math.min(used, tonumber(ARGV[1]))) end
return used`;

export class RedisRates implements Rates {
  readonly #redis: { readonly client: Scripts | null };
  readonly #options: RedisRatesOptions;
  readonly #own: MemoryRates;
  #pausedUntil = 0;
  #failing = false;

  /** `client` null: Redis is unavailable. */
  constructor(redis: { readonly client: Scripts | null }, options: RedisRatesOptions) {
    this.#redis = redis;
    this.#options = options;
    this.#own = new MemoryRates(options.rate);
  }

  async take(key: string, points = 1): Promise<Use> {
    const own = this.#own.take(key, points);
    const { seconds } = this.#options.rate;
    return this.#readUse(await this.#run(TAKE, key, [points, Math.ceil(seconds * 1_000)])) ?? own;
  }

  async giveBack(key: string, points: number): Promise<void> {
    this.#own.giveBack(key, points);
    await this.#run(GIVE_BACK, key, [points]);
  }

  /** @returns null: no answer from Redis */
  async #run(script: string, key: string, numbers: readonly number[]): Promise<unknown> {
    const { client } = this.#redis;
    const { name, rate } = this.#options;
    if (client === null || rate.points === Number.POSITIVE_INFINITY || performance.now() < this.#pausedUntil)
      return null;
    try {
      const asked = client.eval(script, { keys: [`${name}:${key}`], arguments: numbers.map(String) });
      const answer = await withinDeadline(asked, DEADLINE);
      if (answer === null) this.#failed(`no answer within ${DEADLINE} ms`);
      else this.#failing = false;
      return answer;
    } catch (error) {
      this.#failed((error as Error).message);
      return null;
    }
  }

  /** Warns at the first failure of a run only. */
  #failed(reason: string): void {
    this.#pausedUntil = performance.now() + PAUSE;
    if (!this.#failing) this.#options.warn(`Redis does not count, this node counts for itself: ${reason}`);
    this.#failing = true;
  }

  #readUse(answer: unknown): Use | null {
    if (!Array.isArray(answer)) return null;
    const [used, left] = answer as unknown[];
    if (typeof used !== 'number' || typeof left !== 'number') return null;
    const { points: limit } = this.#options.rate;
    return { allowed: used <= limit, limit, used, reset: Math.max(1, Math.ceil(left / 1_000)) };
  }
}
