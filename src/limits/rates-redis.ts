/**
 * The counters of many nodes, in Redis, which decides when it answers. Each node counts in memory as well: that holds while
 * Redis is away or slow, and nobody waits for it longer than a moment.
 */
import { withinDeadline } from '../deadline.ts';
import { MemoryRates, type Rate, type Rates, type Use } from './rates.ts';

/** As much of a Redis client as is used here. */
export type Scripts = {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
};

export type RedisRatesOptions = {
  /** Nodes that use the same name count together. */
  readonly name: string;
  readonly rate: Rate;
  readonly warn: (message: string) => void;
};

/** How long Redis may take for an answer, in ms. */
const DEADLINE = 100;
/** For this long it is not asked again when it took longer, in ms: what waits for it has a bound. */
const PAUSE = 1_000;

/** A key lives as long as its window; adds points, and tells how many there are and how many ms are left. */
const TAKE = `
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { used, left }`;
/** Of a window that is over there is nothing to be given back. */
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

  /** `client` null: Redis is away. */
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

  /** @returns null where Redis has not answered */
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

  /** Said once, however often it fails. */
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
