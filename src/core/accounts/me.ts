/** An account as its owner sees it. */
import type { OwnAccountRow } from '../../store/profiles.ts';
import type { Me } from '../model.ts';

export function toMe({ email, ...account }: OwnAccountRow): Me {
  return { ...account, email: email ?? '' };
}
