/** Notifications of one occasion as one: those who liked a post, who reacted to a message, the rooms somebody added me to. */
import type { NotificationState } from '@koine/client';
import { dayKey } from '../i18n/time.ts';

/** Newest first. */
export type Group = { readonly key: string; readonly items: readonly [NotificationState, ...NotificationState[]] };

/** The key by which notifications of a kind are grouped; those of other kinds say something of their own. */
const OCCASIONS: Readonly<Record<string, (one: NotificationState) => string>> = {
  like: ({ subject }) => subject.postId ?? '',
  reaction: ({ subject }) => `${subject.room} ${subject.seq}`,
  invite: ({ actor }) => actor ?? '',
  friend: () => '',
};

export function groupsOf(items: readonly NotificationState[]): Group[] {
  const groups = new Map<string, Group>();
  for (const item of items) {
    const key = keyOf(item);
    const [first, ...more] = groups.get(key)?.items ?? [];
    groups.set(key, { key, items: first ? [first, ...more, item] : [item] });
  }
  return [...groups.values()];
}

function keyOf(item: NotificationState): string {
  const occasion = OCCASIONS[item.kind];
  if (occasion === undefined) return item.id;
  return [item.kind, item.isRead, dayKey(item.createdAt), occasion(item)].join(' ');
}
