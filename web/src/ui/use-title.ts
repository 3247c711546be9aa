import { useEffect } from 'preact/hooks';
import { communityName } from '../community.ts';
import { useKoine } from '../koine.ts';
import { countLoud } from '../rooms/loud.ts';

/** Names the window: how many rooms have something new, the screen, the community. */
export function useTitle(screen: string): void {
  const loud = useKoine(countLoud);
  const title = `${loud > 0 ? `(${loud}) ` : ''}${screen} – ${communityName()}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
