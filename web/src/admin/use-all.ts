import type { Page } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { explain } from '../koine.ts';
import { toast } from '../ui/toasts.tsx';

/** The items of a list of some hundred entries at most, and how to change what is shown; null: not read yet. */
export function useAll<Item>(read: (cursor?: string) => Promise<Page<Item>>) {
  const [items, setItems] = useState<readonly Item[] | null>(null);
  useEffect(() => {
    readAll(read).then(setItems, (error: unknown) => {
      setItems([]);
      toast(explain(error));
    });
  }, []);
  const change = (work: (items: readonly Item[]) => readonly Item[]) => setItems((known) => known && work(known));
  return [items, change] as const;
}

async function readAll<Item>(read: (cursor?: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; items.length < 500; ) {
    const page: Page<Item> = await read(cursor);
    items.push(...page.items);
    if (page.next === null) break;
    cursor = page.next;
  }
  return items;
}
