import { useEffect, useRef } from 'preact/hooks';
import { Spinner } from './empty.tsx';
import { useOneAtATime } from './use-one-at-a-time.ts';

type Props = { readonly hasMore: boolean; readonly onReach: () => Promise<unknown> };

/** Asks for the following page before its reader reaches the end. */
export function EndOfList({ hasMore, onReach }: Props) {
  const mark = useRef<HTMLDivElement>(null);
  const reach = useOneAtATime(onReach);
  useEffect(() => {
    if (!mark.current || !hasMore) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && reach(), { rootMargin: '800px' });
    observer.observe(mark.current);
    return () => observer.disconnect();
  });
  return <div ref={mark}>{hasMore && <Spinner />}</div>;
}
