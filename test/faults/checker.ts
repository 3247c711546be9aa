/**
 * Holds what clients were told against what the database has: everything acknowledged is there once, and what each
 * socket was shown is a piece of it, in its order, without a hole or a repeat.
 */

/** One socket's time, as its client saw it. */
export type Life = {
  readonly client: string;
  readonly stream: string;
  /** Ids, as they came. What came before the last check is the one id that it ended with. */
  delivered: string[];
  /** It is open, and nothing is on its way any more. */
  settled: boolean;
  /** Its first id was there at the last check. */
  checked: boolean;
};

export class Checker {
  readonly violations: string[] = [];
  acknowledged = 0;
  delivered = 0;
  readonly #stored = new Map<string, string[]>();
  readonly #places = new Map<string, { stream: string; place: number }>();
  readonly #pending: { id: string; client: string }[] = [];

  /** What the database has more than at the last time, in its order. */
  store(stream: string, ids: readonly string[]): void {
    const known = this.#stored.get(stream) ?? [];
    this.#stored.set(stream, known);
    for (const id of ids) {
      if (this.#places.has(id)) this.violation(`${id} is stored twice`);
      this.#places.set(id, { stream, place: known.length });
      known.push(id);
    }
  }

  /** The client was told that it is stored: it heard itself, or was answered so. */
  acknowledge(client: string, id: string): void {
    this.acknowledged += 1;
    this.#pending.push({ id, client });
  }

  violation(text: string): void {
    this.violations.push(text);
  }

  /** The last that is stored in a stream. */
  last(stream: string): string | undefined {
    return this.#stored.get(stream)?.at(-1);
  }

  /** All that is stored by now must have been given to `store`. */
  check(lives: readonly Life[]): void {
    for (const { id, client } of this.#pending.splice(0))
      if (!this.#places.has(id)) this.violation(`${client} was told that ${id} is stored, and it is not`);
    for (const life of lives) this.#checkLife(life);
  }

  #checkLife(life: Life): void {
    this.delivered += life.delivered.length - (life.checked ? 1 : 0);
    const places = life.delivered.map((id) => this.#placeOf(life, id));
    for (let index = 1; index < places.length; index += 1) {
      const [before, after] = [places[index - 1] as number, places[index] as number];
      if (after === before + 1) continue;
      const what = after <= before ? 'a repeat, or out of order' : `a hole of ${after - before - 1}`;
      const seen = life.delivered.slice(Math.max(0, index - 2), index + 2).join(', ');
      this.violation(`${life.client} in ${life.stream}: ${what} at ${seen}`);
      break;
    }
    const newest = this.last(life.stream);
    if (life.settled && life.delivered.length > 0 && life.delivered.at(-1) !== newest)
      this.violation(
        `${life.client} in ${life.stream}: ends with ${life.delivered.at(-1)}, what is stored with ${newest}`,
      );
    life.delivered = life.delivered.slice(-1);
    life.checked = life.delivered.length > 0;
  }

  #placeOf({ client, stream }: Life, id: string): number {
    const found = this.#places.get(id);
    if (found?.stream === stream) return found.place;
    this.violation(`${client} in ${stream} was shown ${id}, which is ${found ? `of ${found.stream}` : 'not stored'}`);
    return Number.NaN;
  }
}
