/**
 * The newest of what was put in, by key: at least half of `most`, never more. Two maps of which the older is dropped whole;
 * taking the oldest out one by one would leave holes at the front of a map, through which every look for the next has to go.
 */
export class Recent<Value> {
  readonly #half: number;
  #newer = new Map<string, Value>();
  #older = new Map<string, Value>();

  constructor(most: number) {
    this.#half = Math.ceil(most / 2);
  }

  get size(): number {
    return this.#newer.size + this.#older.size;
  }

  get(key: string): Value | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#newer.size >= this.#half) this.age();
    this.#newer.set(key, value);
  }

  /** Drops what has been here since before the last time. */
  age(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}
