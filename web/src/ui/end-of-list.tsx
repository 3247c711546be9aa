import '../styles/end-of-list.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { explain, useIsLive } from '../koine.ts';
import { Spinner } from './empty.tsx';
import { Icon } from './icon.tsx';
import { useOneAtATime } from './use-one-at-a-time.ts';

type Props = { readonly hasMore: boolean; readonly onReach: () => Promise<unknown> };

/** Asks for the following page before its reader reaches the end; after a failure again when asked to, or when there is a connection. */
export function EndOfList({ hasMore, onReach }: Props) {
  const mark = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const isLive = useIsLive();
  const reach = useOneAtATime(() =>
    onReach().then(
      () => setFailure(null),
      (error: unknown) => setFailure(explain(error)),
    ),
  );
  useEffect(() => setFailure(null), [isLive]);
  useEffect(() => {
    if (!mark.current || !hasMore || failure !== null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && reach(), { rootMargin: '800px' });
    observer.observe(mark.current);
    return () => observer.disconnect();
  });
  return (
    <div ref={mark}>
      {hasMore && failure === null && <Spinner />}
      {hasMore && failure !== null && (
        <p class="end-of-list" role="alert">
          <span>
            <Icon name="circle-alert" />
            {failure}
          </span>
          <button type="button" class="button" onClick={() => setFailure(null)}>
            {t('tryAgain')}
          </button>
        </p>
      )}
    </div>
  );
}
