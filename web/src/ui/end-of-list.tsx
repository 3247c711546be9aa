import { useEffect, useRef } from 'preact/hooks';
import { Spinner } from './empty.tsx';

type Props = { readonly hasMore: boolean; readonly onReach: () => Promise<unknown> };

/** Asks for the following page before its reader reaches the end. */
export function EndOfList({ hasMore, onReach }: Props) {
  const mark = useRef<HTMLDivElement>(null);
  const reach = useRef(onReach);
  reach.current = onReach;
  useEffect(() => {
    if (!mark.current || !hasMore) return;
    let isBusy = false;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting || isBusy) return;
        isBusy = true;
        void reach
          .current()
          .catch(() => {})
          .finally(() => {
            isBusy = false;
          });
      },
      { rootMargin: '800px' },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [hasMore, onReach]);
  return <div ref={mark}>{hasMore && <Spinner />}</div>;
}
