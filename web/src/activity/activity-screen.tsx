import '../styles/notifications.css';
import type { NotificationState, Person, RoomState } from '@koine/client';
import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import type { MessageKey } from '../i18n/en.ts';
import { locale, rich, t } from '../i18n/i18n.ts';
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
import { useTitle } from '../ui/use-title.ts';
import { useReading } from '../use-reading.ts';
import { type Group, groupsOf } from './groups.ts';

/** Names that a sentence has. */
const MOST_NAMES = 3;

const KINDS: Readonly<Record<string, { readonly icon: IconName; readonly text: MessageKey }>> = {
  mention: { icon: 'at-sign', text: 'notifiedMention' },
  reply: { icon: 'reply', text: 'notifiedReply' },
  reaction: { icon: 'smile-plus', text: 'notifiedReaction' },
  like: { icon: 'heart', text: 'notifiedLike' },
  comment: { icon: 'message-square', text: 'notifiedComment' },
  friend: { icon: 'user-plus', text: 'notifiedFriend' },
  request: { icon: 'user-plus', text: 'notifiedRequest' },
  invite: { icon: 'door-open', text: 'notifiedInvite' },
  moderation: { icon: 'shield', text: 'notifiedModeration' },
};

/** Activity that concerns the reader: mentions, answers, likes, comments, friends. */
export function ActivityScreen() {
  const { items, next, unread } = useKoine((state) => state.notifications);
  useTitle(t('notifications'));
  const failure = useReading(client.notifications.open, []);
  // Shown notifications were seen; as long as one looks at them, the screen tells new ones.
  useEffect(() => () => void client.notifications.markRead().catch(() => {}), []);
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
            {groupsOf(items ?? []).map((group) => (
              <li key={group.key}>
                <Item group={group} />
              </li>
            ))}
          </ul>
          <EndOfList hasMore={next !== null} onReach={client.notifications.more} />
        </div>
      </div>
    </>
  );
}

function Item({ group: { items } }: { readonly group: Group }) {
  const [item] = items;
  const people = useKoine((state) => state.people);
  const rooms = useKoine((state) => state.rooms);
  const now = useNow();
  const actors = [...new Set(items.map(({ actor }) => actor ?? ''))];
  const places = [...new Set(items.map(({ subject }) => subject.room))];
  const room = rooms[item.subject.room ?? ''];
  const { icon, text } = kindOf(item);
  const values = {
    n: actors.length,
    name: listed(actors.map((id) => nameOf(people[id]))),
    room: listed(places.map((id) => placeName(rooms[id ?? '']))),
  };
  const actor = people[item.actor ?? ''];
  const { excerpt } = item.subject;
  return (
    <a
      class={item.isRead ? 'notification' : 'notification unread'}
      href={href(actors.length > 1 && item.kind === 'friend' ? '/people/friends' : targetOf(item, room, actor))}
    >
      <span class="faces">
        {item.actor !== null && <Avatar id={item.actor} name={nameOf(actor)} url={actor?.avatarUrl} />}
        <span class={`kind ${item.kind}`}>
          <Icon name={icon} class="small" />
        </span>
      </span>
      <span class="what">
        <span class="sentence">{rich(text, values)}</span>
        {excerpt && item.kind !== 'invite' && !item.subject.report && (
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

const placeName = (room: RoomState | undefined): string => (room ? titleOf(room, client.state) : t('aRoom'));

/** The first names of a list, and how many more there are. */
function listed(names: readonly string[]): ComponentChild[] {
  const most = names.length === MOST_NAMES + 1 ? names.length : MOST_NAMES;
  const more = names.length - most;
  const shown = [...names.slice(0, most), ...(more > 0 ? [t('moreCount', { n: more })] : [])];
  return new Intl.ListFormat(locale()).formatToParts(shown).map(({ type, value }) =>
    type === 'element' ? (
      <strong key={value} dir="auto">
        {value}
      </strong>
    ) : (
      value
    ),
  );
}

function kindOf({ kind, subject }: NotificationState): { readonly icon: IconName; readonly text: MessageKey } {
  if (subject.report) return { icon: 'flag', text: 'notifiedReport' };
  if (subject.act) return { icon: 'shield', text: `notified_${subject.act}` };
  return KINDS[kind] ?? { icon: 'bell', text: 'notifiedOther' };
}

type Target = Parameters<typeof pathOfRoom>[0] | undefined;

function targetOf({ subject, kind }: NotificationState, room: Target, actor: Person | undefined): string {
  const place = room ? pathOfRoom(room) : `/rooms/${subject.room ?? ''}`;
  if (subject.room && subject.seq) return `${place}/${subject.seq}`;
  if (subject.room) return place;
  if (subject.postId) return `/posts/${subject.postId}`;
  if (subject.report) return '/admin/reports';
  if (subject.sanction) return '/settings/sanctions';
  if (kind === 'request') return '/people/friends';
  return kind === 'friend' && actor ? pathOfPerson(actor) : '/notifications';
}
