import '../styles/conversation.css';
import type { MessageState, RoomState } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { href, navigate } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { type About, Composer } from './composer.tsx';
import { Details } from './details.tsx';
import type { MessageActions } from './message-actions.ts';
import { partnerOf, titleOf } from './names.ts';
import { RoomAvatar } from './room-avatar.tsx';
import { RoomMenu } from './room-menu.tsx';
import { type TimelineHandle, TimelineView } from './timeline.tsx';
import { TypingLine } from './typing-line.tsx';

type Props = { readonly id: string; readonly seq?: number };

/** A room: its messages, and the field to write one. */
export function Conversation({ id, seq }: Props) {
  const room = useKoine((state) => state.rooms[id]);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    setMissing(false);
    if (!client.state.rooms[id]) void client.rooms.read(id).catch(() => setMissing(true));
  }, [id]);
  if (room) return <Open key={id} room={room} {...(seq === undefined ? {} : { seq })} />;
  if (!isMissing) return <Spinner />;
  return (
    <Empty icon="door-open" title={t('noSuchRoom')} text={t('noSuchRoomText')} isScreen>
      <a class="button" href={href('/rooms')}>
        {t('rooms')}
      </a>
    </Empty>
  );
}

function Open({ room, seq }: { readonly room: RoomState; readonly seq?: number }) {
  const title = useKoine((state) => titleOf(room, state));
  const [about, setAbout] = useState<About>(null);
  const mayWrite = useKoine(({ me }) => room.posting === 'everybody' || room.myRole !== 'member' || isStaff(me));
  const timeline = useRef<TimelineHandle>(null);
  const actions = useRef<MessageActions>({
    reply: (message) => setAbout({ kind: 'reply', message }),
    edit: (message) => setAbout({ kind: 'edit', message }),
    remove: (message) => openDialog('confirm', confirmRemoval(room.id, message)),
    show: (wanted) => timeline.current?.show(wanted),
  }).current;
  useTitle(title);
  return (
    <>
      <Head room={room} title={title} />
      <div class="conversation">
        <div class="stage">
          <TimelineView
            handle={timeline}
            room={room}
            title={title}
            actions={actions}
            {...(seq === undefined ? {} : { seq })}
          />
          <TypingLine room={room.id} />
          {mayWrite ? (
            <Composer
              room={room}
              title={title}
              about={about}
              onAbout={setAbout}
              onSent={() => timeline.current?.toEnd()}
              lastOwn={() => lastOwnOf(room.id)}
            />
          ) : (
            <p class="read-only">
              <Icon name="lock" class="small" />
              {t('onlyModeratorsWrite')}
            </p>
          )}
        </div>
        <Details room={room} />
      </div>
    </>
  );
}

const confirmRemoval = (room: string, { seq }: MessageState) => ({
  title: t('deleteMessage'),
  text: t('deleteMessageText'),
  action: t('delete'),
  run: () => void attempt(() => client.messages.remove(room, seq)),
});

function lastOwnOf(room: string): MessageState | undefined {
  const { timelines, me } = client.state;
  return timelines[room]?.items.findLast(({ author, deletedAt }) => author === me?.id && !deletedAt);
}

function Head({ room, title }: { readonly room: RoomState; readonly title: string }) {
  const below = useSubtitle(room);
  const partner = useKoine((state) => partnerOf(room, state));
  const open = () => {
    if (partner) navigate(pathOfPerson(partner));
    else openDialog('room', { room: room.id });
  };
  return (
    <header class="bar with-back">
      <a class="icon-button narrow-only" href={href('/rooms')} aria-label={t('back')}>
        <Icon name="arrow-left" />
      </a>
      <button type="button" class="room-head" onClick={open}>
        <RoomAvatar room={room} size="2.25rem" />
        <span class="titles">
          <h1 dir="auto">{title}</h1>
          <span class="below">{below}</span>
        </span>
      </button>
      <IconButton icon="pin" label={t('pinned')} onClick={() => openDialog('pins', { room: room.id })} />
      <RoomMenu room={room} title={title} />
    </header>
  );
}

function useSubtitle(room: RoomState): string {
  const online = useKoine((state) => state.online);
  const partner = useKoine((state) => partnerOf(room, state));
  const here = useKoine((state) => (room.members ?? []).filter((id) => state.people[id]?.online).length);
  if (room.kind === 'lobby') return t('onlineCount', { n: online });
  if (room.kind === 'direct') return partner ? (partner.online ? t('online') : `@${partner.username}`) : '';
  const members = t('membersCount', { n: room.membersCount });
  return here > 0 ? `${members}, ${t('onlineAmong', { n: here })}` : members;
}
