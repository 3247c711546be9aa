/** Slots for what a node sends at a time, of which one host or account gets a part: none can occupy all. */

export type Places = {
  /** Most slots of a key. */
  readonly each: number;
  /** By key: a host or an account. */
  readonly taken: ReadonlyMap<string, number>;
  left(): number;
  hasFor(key: string): boolean;
  /** Takes a slot until `use` is done. */
  hold<T>(key: string, use: () => Promise<T>): Promise<T>;
};

export function createPlaces({ all, each }: { readonly all: number; readonly each: number }): Places {
  const taken = new Map<string, number>();
  const left = (): number => [...taken.values()].reduce((left, count) => left - count, all);

  return {
    each,
    taken,
    left,
    hasFor: (key) => left() > 0 && (taken.get(key) ?? 0) < each,

    hold: async (key, use) => {
      taken.set(key, (taken.get(key) ?? 0) + 1);
      try {
        return await use();
      } finally {
        const others = (taken.get(key) ?? 0) - 1;
        if (others > 0) taken.set(key, others);
        else taken.delete(key);
      }
    },
  };
}
