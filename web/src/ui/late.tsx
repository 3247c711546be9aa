import type { ComponentType } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import { loadLateTexts } from '../i18n/i18n.ts';
import { explain } from '../koine.ts';
import { Empty, Spinner } from './empty.tsx';

/** A component that is loaded when it is shown for the first time. */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | null = null;
  return function Late(props: Props) {
    const [, renderAgain] = useReducer((count: number) => count + 1, 0);
    const [failure, setFailure] = useState<string | null>(null);
    useEffect(() => {
      if (known) return;
      Promise.all([load(), loadLateTexts()]).then(
        ([component]) => {
          known = component;
          renderAgain(0);
        },
        (error: unknown) => setFailure(explain(error)),
      );
    }, []);
    const Loaded = known;
    if (Loaded) return <Loaded {...props} />;
    return failure === null ? <Spinner /> : <Empty icon="wifi-off" title={failure} />;
  };
}
