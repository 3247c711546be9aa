/** When to try again. */

/** In ms. */
const FIRST = 500;
const MOST = 30_000;

/** Full jitter: any time up to a bound that doubles, so that those who were cut off together do not come back together. */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(MOST, FIRST * 2 ** attempt);
}

/** Any time in the window. */
export function within([least, most]: readonly [number, number], random: () => number): number {
  return least + random() * (most - least);
}
