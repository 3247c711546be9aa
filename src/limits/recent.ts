/**
 * A bounded map of the newest entries: between half of `most` and `most`. It has two generations, and drops the older one as a
 * whole: deleting the oldest key of one Map again and again is slow, since iteration has to skip the deleted slots.
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

  /** Drops the entries that are older than the previous call. */
  age(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
  }
}
