import { useEffect } from 'preact/hooks';
import { communityName } from '../community.ts';

/** Names the window: the screen, then the community. */
export function useTitle(screen: string): void {
  const title = `${screen} – ${communityName()}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
