import '../styles/notifications.css';
import type { NotificationState, Person } from '@koine/client';
import { useEffect } from 'preact/hooks';
import { type MessageKey, rich, t } from '../i18n/i18n.ts';
import { fullTime, timeAgo } from '../i18n/time.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { nameOf, pathOfRoom, titleOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { plainText } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { useNow } from '../ui/use-now.ts';
import { useReading } from '../use-reading.ts';

const KINDS: Readonly<Record<string, { readonly icon: IconName; readonly text: MessageKey }>> = {
  mention: { icon: 'at-sign', text: 'notifiedMention' },
  reply: { icon: 'reply', text: 'notifiedReply' },
  reaction: { icon: 'smile-plus', text: 'notifiedReaction' },
  like: { icon: 'heart', text: 'notifiedLike' },
  comment: { icon: 'message-square', text: 'notifiedComment' },
  friend: { icon: 'user-plus', text: 'notifiedFriend' },
  invite: { icon: 'door-open', text: 'notifiedInvite' },
  moderation: { icon: 'shield', text: 'notifiedModeration' },
};

/** What concerned the reader: mentions, answers, likes, comments, friends. */
export function ActivityScreen() {
  const { items, next, unread } = useKoine((state) => state.notifications);
  useEffect(() => {
    document.title = `${t('notifications')} – Koine`;
  }, []);
  const failure = useReading(client.notifications.open, []);
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('notifications')}</h1>
        {unread > 0 && (
          <button type="button" class="button" onClick={() => void attempt(() => client.notifications.markRead())}>
            <Icon name="check-check" class="small" />
            {t('markAllRead')}
          </button>
        )}
      </header>
      <div class="page">
        <div class="column">
          {items === null && (failure ? <Empty icon="wifi-off" title={failure.text} /> : <Spinner />)}
          {items?.length === 0 && <Empty icon="bell" title={t('noNotifications')} text={t('noNotificationsText')} />}
          <ul class="notifications">
            {items?.map((item) => (
              <li key={item.id}>
                <Item item={item} />
              </li>
            ))}
          </ul>
          <EndOfList hasMore={next !== null} onReach={client.notifications.more} />
        </div>
      </div>
    </>
  );
}

function Item({ item }: { readonly item: NotificationState }) {
  const actor = useKoine((state) => state.people[item.actor]);
  const room = useKoine((state) => state.rooms[item.subject.room ?? '']);
  const place = useKoine((state) => (room ? titleOf(room, state) : ''));
  const now = useNow();
  const { icon, text } = KINDS[item.kind] ?? { icon: 'bell', text: 'notifiedOther' };
  const values = {
    name: <strong dir="auto">{nameOf(actor)}</strong>,
    room: <strong dir="auto">{place || t('aRoom')}</strong>,
  };
  const { excerpt } = item.subject;
  return (
    <a class={item.isRead ? 'notification' : 'notification unread'} href={href(targetOf(item, room, actor))}>
      <span class="faces">
        <Avatar id={item.actor} name={nameOf(actor)} url={actor?.avatarUrl} />
        <span class={`kind ${item.kind}`}>
          <Icon name={icon} class="small" />
        </span>
      </span>
      <span class="what">
        <span class="sentence">{rich(text, values)}</span>
        {excerpt && item.kind !== 'invite' && (
          <span class="excerpt" dir="auto">
            {plainText(excerpt)}
          </span>
        )}
      </span>
      <time dateTime={item.createdAt} title={fullTime(item.createdAt)}>
        {timeAgo(item.createdAt, now)}
      </time>
      {!item.isRead && <span class="visually-hidden">{t('unread')}</span>}
    </a>
  );
}

type Target = Parameters<typeof pathOfRoom>[0] | undefined;

function targetOf({ subject, kind }: NotificationState, room: Target, actor: Person | undefined): string {
  const place = room ? pathOfRoom(room) : `/rooms/${subject.room ?? ''}`;
  if (subject.room && subject.seq) return `${place}/${subject.seq}`;
  if (subject.room) return place;
  if (subject.postId) return `/posts/${subject.postId}`;
  return kind === 'friend' && actor ? pathOfPerson(actor) : '/notifications';
}
