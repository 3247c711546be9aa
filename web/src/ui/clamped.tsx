import '../styles/clamped.css';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';

/** Content of which the beginning is shown first, if it is long. */
export function Clamped({ children }: { readonly children: ComponentChildren }) {
  const [isWhole, setWhole] = useState(false);
  const [isLong, setLong] = useState(false);
  const content = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { scrollHeight = 0, clientHeight = 0 } = content.current ?? {};
    setLong(scrollHeight > clientHeight + 1);
  }, [children]);
  if (isWhole) return <div dir="auto">{children}</div>;
  return (
    <>
      <div ref={content} dir="auto" class={isLong ? 'clamped long' : 'clamped'}>
        {children}
      </div>
      {isLong && (
        <button type="button" class="button plain unclamp" onClick={() => setWhole(true)}>
          {t('showMore')}
        </button>
      )}
    </>
  );
}
