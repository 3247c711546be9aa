import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { explain } from '../koine.ts';
import { Empty, Spinner } from './empty.tsx';

/** A component that is loaded when it is shown for the first time. */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return function Late(props: Props) {
    const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(null);
    const [failure, setFailure] = useState<string | null>(null);
    useEffect(() => {
      load().then(
        (component) => setLoaded(() => component),
        (error: unknown) => setFailure(explain(error)),
      );
    }, []);
    if (failure !== null) return <Empty icon="wifi-off" title={failure} />;
    return Loaded === null ? <Spinner /> : <Loaded {...props} />;
  };
}
