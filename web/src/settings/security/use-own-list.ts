import { useEffect, useState } from 'preact/hooks';

type Listed = { readonly id: string };

/** A short list of what the account has, as it was when it was last read. `items` null: not read yet. */
export function useOwnList<Item extends Listed>(read: () => Promise<{ readonly items: readonly Item[] }>) {
  const [items, setItems] = useState<readonly Item[] | null>(null);
  const reload = () =>
    void read().then(
      ({ items }) => setItems(items),
      () => setItems((known) => known ?? []),
    );
  useEffect(reload, []);
  return {
    items,
    reload,
    remove: (id: string) => setItems((known) => known?.filter((one) => one.id !== id) ?? null),
  };
}
