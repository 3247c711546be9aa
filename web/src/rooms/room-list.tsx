import '../styles/room-list.css';
import type { MessageState, RoomState, State } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { briefTime } from '../i18n/time.ts';
import { client, useKoine } from '../koine.ts';
import { useWatch } from '../people/use-watch.ts';
import { href, path } from '../router.ts';
import { plainText } from '../text/markdown.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { Icon } from '../ui/icon.tsx';
import { memo } from '../ui/memo.ts';
import { drafts, recallDraft } from './drafts.ts';
import { firstName, inOrder, nameOf, partnerOf, pathOfRoom, titleOf } from './names.ts';
import { RoomAvatar } from './room-avatar.tsx';

/** Counts are capped by the server. */
const CAP = 100;
export const countText = (count: number): string => (count >= CAP ? '99+' : String(count));

export function RoomList() {
  const rooms = useKoine((state) => state.rooms);
  const hasMore = useKoine((state) => state.roomsNext !== null);
  const here = path.value;
  useWatch(useKoine(partnersOf).split(' ').filter(Boolean));
  return (
    <>
      <ul>
        {inOrder(rooms).map((room) => (
          <li key={room.id}>
            <RoomLine room={room} isCurrent={here === pathOfRoom(room) || here.startsWith(`${pathOfRoom(room)}/`)} />
          </li>
        ))}
      </ul>
      <EndOfList hasMore={hasMore} onReach={client.rooms.more} />
    </>
  );
}

/** The other people of direct rooms, as one text: the same ones are the same value. */
const partnersOf = (state: State): string =>
  Object.values(state.rooms)
    .map((room) => partnerOf(room, state)?.id ?? '')
    .join(' ');

const RoomLine = memo(({ room, isCurrent }: { readonly room: RoomState; readonly isCurrent: boolean }) => {
  const title = useKoine((state) => titleOf(room, state));
  const { lastMessage, unread, mentions, notify } = room;
  const isMuted = notify === 'nothing';
  return (
    <a
      href={href(pathOfRoom(room))}
      class={unread > 0 && !isMuted ? 'room-line unread' : 'room-line'}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <RoomAvatar room={room} size="2.5rem" />
      <span class="line">
        <span class="title" dir="auto">
          {title}
        </span>
        {isMuted && <Icon name="bell-off" class="small" />}
        <span class="grow" />
        <time dateTime={lastMessage?.createdAt}>{lastMessage ? briefTime(lastMessage.createdAt) : ''}</time>
      </span>
      <span class="line">
        <span class="last grow">
          <LastLine room={room} />
        </span>
        <Counts unread={unread} mentions={mentions} isMuted={isMuted} />
      </span>
    </a>
  );
});

function LastLine({ room }: { readonly room: RoomState }) {
  const author = useKoine((state) => state.people[room.lastMessage?.author ?? '']);
  const isMine = useKoine((state) => state.me?.id === room.lastMessage?.author);
  const draft = drafts.value && recallDraft(room.id);
  if (draft)
    return (
      <>
        <span class="draft">{t('draft')}</span> {plainText(draft)}
      </>
    );
  if (room.lastMessage === null) return <>{t('noMessagesYet')}</>;
  const text = previewOf(room.lastMessage);
  if (isMine) return <>{`${t('you')}: ${text}`}</>;
  return <>{room.kind === 'direct' ? text : `${firstName(nameOf(author))}: ${text}`}</>;
}

export function previewOf({ body, files, deletedAt }: MessageState): string {
  if (deletedAt) return t('messageDeleted');
  const text = plainText(body.slice(0, 300));
  if (text !== '' || files.length === 0) return text;
  return files.every(({ kind }) => kind === 'image')
    ? t('pictures', { n: files.length })
    : t('files', { n: files.length });
}

type CountProps = { readonly unread: number; readonly mentions: number; readonly isMuted: boolean };

function Counts({ unread, mentions, isMuted }: CountProps) {
  if (unread === 0 && mentions === 0) return null;
  return (
    <span class="counts">
      {mentions > 0 && (
        <span class="badge">
          <span class="visually-hidden">{t('mentionsCount', { n: mentions })}</span>
          <span aria-hidden="true">@</span>
        </span>
      )}
      {unread > 0 && (
        <span class={isMuted ? 'badge quiet' : 'badge'}>
          <span aria-hidden="true">{countText(unread)}</span>
          <span class="visually-hidden">{t('unreadCount', { n: unread })}</span>
        </span>
      )}
    </span>
  );
}
