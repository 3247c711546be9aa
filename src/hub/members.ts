/** The members of a group, each once. Thousands of groups have two or ten: an array takes a third of what a Set does. */
const MOST_IN_ARRAY = 16;

export class Members<Member> {
  #all: readonly Member[] | Set<Member> = [];

  get size(): number {
    return this.#all instanceof Set ? this.#all.size : this.#all.length;
  }

  add(member: Member): void {
    if (this.#all instanceof Set) this.#all.add(member);
    else if (!this.#all.includes(member))
      this.#all = this.#all.length < MOST_IN_ARRAY ? this.#all.concat([member]) : new Set(this.#all).add(member);
  }

  /** @returns whether it was one */
  delete(member: Member): boolean {
    if (this.#all instanceof Set) return this.#all.delete(member);
    const { length } = this.#all;
    this.#all = this.#all.filter((other) => other !== member);
    return this.#all.length < length;
  }

  /** Those that are taken out meanwhile may still come. */
  [Symbol.iterator](): Iterator<Member> {
    return this.#all.values();
  }
}
