import '../styles/community-logo.css';
import { community } from '../community.ts';

/** The picture of the community, or Koine's own. `size`: in CSS pixels. */
export function CommunityLogo({ size }: { readonly size: number }) {
  const src = community.value?.avatarUrl ?? '/app/icon.svg';
  return <img class="community-logo" src={src} alt="" width={size} height={size} />;
}
