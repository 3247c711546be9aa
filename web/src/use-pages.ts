import type { Page } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { explain, useIsLive } from './koine.ts';

type Pages<Item> = Pick<Page<Item>, 'items' | 'next'>;

/**
 * A list that is read page by page. It is read again `pause` ms after one of `about` has changed, and when there is a
 * connection again after a failure; until the answer comes, the list shows what it had. `items`: null before the first answer.
 */
export function usePages<Item>(
  read: (cursor?: string) => Promise<Pages<Item>>,
  about: readonly unknown[] = [],
  pause = 0,
) {
  const [pages, setPages] = useState<Pages<Item> | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const isAgain = useIsLive() && failure !== null;
  // One read at a time: of what is typed meanwhile, only the last is looked for.
  const reading = useRef(Promise.resolve());
  useEffect(() => {
    let isCurrent = true;
    const begin = async () => {
      if (!isCurrent) return;
      await read().then(
        (page) => {
          if (!isCurrent) return;
          setPages(page);
          setFailure(null);
        },
        (error: unknown) => isCurrent && setFailure(explain(error)),
      );
    };
    const timer = setTimeout(() => {
      reading.current = reading.current.then(begin);
    }, pause);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [...about, isAgain]);
  const more = async () => {
    const { next } = pages ?? { next: null };
    if (next === null) return;
    const page = await read(next);
    // Unless the list has started again.
    setPages((known) =>
      known === pages && known ? { items: [...known.items, ...page.items], next: page.next } : known,
    );
  };
  return { items: pages?.items ?? null, hasMore: (pages?.next ?? null) !== null, failure, more };
}
