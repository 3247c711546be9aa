/**
 * Compares what clients received with the database: every acknowledged message is stored once, and each socket received
 * a contiguous part of the stored sequence, in order, without gaps or duplicates.
 */

/** A socket's lifetime, as its client saw it. */
export type Life = {
  readonly client: string;
  readonly stream: string;
  /** Received ids in order. Ids from before the last check are reduced to the last one of them. */
  delivered: string[];
  /** It is open, and no message is in flight. */
  settled: boolean;
  /** The first id was checked before. */
  checked: boolean;
};

export class Checker {
  readonly violations: string[] = [];
  acknowledged = 0;
  delivered = 0;
  readonly #stored = new Map<string, string[]>();
  readonly #places = new Map<string, { stream: string; place: number }>();
  readonly #pending: { id: string; client: string }[] = [];

  /** Adds the ids that the database has stored since the last call, in order. */
  store(stream: string, ids: readonly string[]): void {
    const known = this.#stored.get(stream) ?? [];
    this.#stored.set(stream, known);
    for (const id of ids) {
      if (this.#places.has(id)) this.violation(`${id} is stored twice`);
      this.#places.set(id, { stream, place: known.length });
      known.push(id);
    }
  }

  /** The client received an acknowledgement: its own echo or a response. */
  acknowledge(client: string, id: string): void {
    this.acknowledged += 1;
    this.#pending.push({ id, client });
  }

  violation(text: string): void {
    this.violations.push(text);
  }

  /** The last stored id of a stream. */
  last(stream: string): string | undefined {
    return this.#stored.get(stream)?.at(-1);
  }

  /** Call it after everything stored so far has been passed to `store`. */
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
