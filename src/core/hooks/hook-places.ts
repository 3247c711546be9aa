/** Slots for hooks that a node serves at a time, of which one host gets a part: no receiver can occupy all. */

export type HookPlaces = {
  readonly ofHost: number;
  /** By host. */
  readonly taken: ReadonlyMap<string, number>;
  left(): number;
  /** Takes a place of the host until `use` is done. */
  hold(host: string, use: () => Promise<void>): Promise<void>;
};

export function createHookPlaces({ all, ofHost }: { readonly all: number; readonly ofHost: number }): HookPlaces {
  const taken = new Map<string, number>();

  return {
    ofHost,
    taken: taken as ReadonlyMap<string, number>,
    left: (): number => [...taken.values()].reduce((left, count) => left - count, all),

    hold: async (host, use): Promise<void> => {
      taken.set(host, (taken.get(host) ?? 0) + 1);
      try {
        await use();
      } finally {
        const others = (taken.get(host) ?? 0) - 1;
        if (others > 0) taken.set(host, others);
        else taken.delete(host);
      }
    },
  };
}
