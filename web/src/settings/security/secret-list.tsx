import type { ComponentChildren } from 'preact';
import { t } from '../../i18n/i18n.ts';
import { fullTime, timeAgo } from '../../i18n/time.ts';
import { Icon, IconButton } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { useNow } from '../../ui/use-now.ts';

export type Listed = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt?: string | undefined;
};

type Props<Item extends Listed> = {
  readonly icon: IconName;
  readonly items: readonly Item[] | null;
  readonly onRemove: (item: Item) => void;
  /** Shown beside its times. */
  readonly factsOf?: (item: Item) => string;
  /** Shown beside the button that removes it. */
  readonly actionsOf?: (item: Item) => ComponentChildren;
};

/** Credentials that an account made, and how to remove them. */
export function SecretList<Item extends Listed>({ icon, items, onRemove, factsOf, actionsOf }: Props<Item>) {
  const now = useNow();
  if (items === null || items.length === 0) return null;
  const times = ({ createdAt, usedAt }: Item) =>
    usedAt === undefined ? t('since', { time: fullTime(createdAt) }) : t('lastUsed', { time: timeAgo(usedAt, now) });
  return (
    <ul class="sessions">
      {items.map((item) => (
        <li key={item.id}>
          <Icon name={icon} />
          <span class="names">
            <strong>{item.name}</strong>
            <span class="handle">{[factsOf?.(item), times(item)].filter(Boolean).join(' · ')}</span>
          </span>
          <span class="tail">
            {actionsOf?.(item)}
            <IconButton icon="trash-2" label={t('removeNamed', { name: item.name })} onClick={() => onRemove(item)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
