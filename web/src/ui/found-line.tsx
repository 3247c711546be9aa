import '../styles/notifications.css';
import type { Person } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { fullTime, timeAgo } from '../i18n/time.ts';
import { nameOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { Avatar } from './avatar.tsx';
import { useNow } from './use-now.ts';

type Props = {
  readonly to: string;
  readonly author: Person | undefined;
  readonly place?: string;
  readonly at: string;
  readonly children: ComponentChildren;
};

/** A link to something that somebody wrote, with the start of it. */
export function FoundLine({ to, author, place, at, children }: Props) {
  const now = useNow();
  return (
    <a class="notification" href={href(to)}>
      <Avatar id={author?.id ?? ''} name={nameOf(author)} url={author?.avatarUrl} />
      <span class="what">
        <span class="sentence">
          <strong dir="auto">{nameOf(author)}</strong>
          {place && (
            <span class="place" dir="auto">
              {place}
            </span>
          )}
        </span>
        <span class="excerpt" dir="auto">
          {children}
        </span>
      </span>
      <time dateTime={at} title={fullTime(at)}>
        {timeAgo(at, now)}
      </time>
    </a>
  );
}
