import type { RoomState, Timeline } from '@koine/client';
import type { Ref } from 'preact';
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { dayName } from '../i18n/time.ts';
import { attempt, client, useIsLive, useKoine } from '../koine.ts';
import { repeats } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { useOneAtATime } from '../ui/use-one-at-a-time.ts';
import { AnchoredScroll, UNREAD, type Wanted } from './anchored-scroll.tsx';
import type { MessageActions } from './message-actions.ts';
import { MessageRow, OutgoingRow } from './message-row.tsx';
import type { Place } from './names.ts';
import { countText } from './room-list.tsx';
import { daysOf, type Row } from './rows.ts';
import { type Readers, useReaders } from './use-readers.ts';
import { useSpan } from './use-span.ts';

export type TimelineHandle = {
  readonly toEnd: () => void;
  /** Scrolls to a message, reading what is around it if needed. */
  readonly show: (seq: number) => void;
};

type Props = {
  readonly room: RoomState;
  readonly title: string;
  readonly actions: MessageActions;
  /** The message that the address names. */
  readonly seq?: number;
  readonly handle: Ref<TimelineHandle>;
};

/** With more unread messages than this, the room opens at the first of them. */
const MANY = 30;
const FLASH = 2_000;
/** Messages of a room that stay in memory at the end of it, and above which the rest is let go. */
const KEPT = 100;
const MOST_KEPT = 400;
const NONE: readonly never[] = [];
const NOBODY = {};

export function TimelineView({ room, title, actions, seq, handle }: Props) {
  const timeline = useKoine((state) => state.timelines[room.id]);
  const outgoing = useKoine((state) => state.outgoing[room.id]) ?? NONE;
  const me = useKoine((state) => state.me?.id) ?? '';
  const blocked = useKoine((state) => state.blocks) ?? NOBODY;
  const scroller = useRef<AnchoredScroll>(null);
  const [readSeq] = useState(room.unread > 0 ? room.readSeq : null);
  const [isAtEnd, setAtEnd] = useState(true);
  const target = useTarget(room, seq, scroller);
  const older = useOneAtATime(() => client.rooms.older(room.id));
  const newer = useOneAtATime(() => client.rooms.newer(room.id));
  const { shown, above, reset, ...span } = useSpan(timeline?.items ?? NONE, {
    follows: isAtEnd && (timeline?.atEnd ?? true),
    ...{ older, newer },
  });
  const readers = useReaders(room, shown);
  const followsEnd = (timeline?.atEnd ?? true) && span.isAtEnd;
  const lineAfter = readSeq !== null && (above?.seq ?? 0) <= readSeq ? readSeq : null;
  const { id, kind, myRole, membersCount } = room;
  const place = useMemo(() => ({ id, kind, myRole, membersCount }), [id, kind, myRole, membersCount]);
  const days = useMemo(
    () => daysOf({ items: shown, outgoing: followsEnd ? outgoing : NONE, me, readSeq: lineAfter, blocked }),
    [shown, outgoing, followsEnd, me, lineAfter, blocked],
  );

  const lastSeq = shown.at(-1)?.seq;
  useMarkRead(room, timeline, scroller, target.isOpen && isAtEnd && followsEnd);
  useRelease(room.id, timeline?.items.length ?? 0, isAtEnd && followsEnd);
  const toEnd = () => {
    reset();
    if (timeline?.atEnd) scroller.current?.toEnd();
    else void attempt(() => client.rooms.openNewest(room.id)).then(() => scroller.current?.toEnd());
  };
  useImperativeHandle(handle, () => ({ toEnd, show: target.show }), [room.id, followsEnd]);

  if (!timeline && outgoing.length === 0) return <Waiting isFailed={target.hasFailed} />;
  return (
    <div class="viewport">
      <AnchoredScroll
        handle={scroller}
        label={t('messagesOf', { title })}
        wanted={target.wanted}
        followsEnd={followsEnd}
        onAtEnd={setAtEnd}
        onNearStart={span.onNearStart}
        onNearEnd={span.onNearEnd}
      >
        {timeline?.atStart && !above && <Beginning room={room} title={title} isEmpty={days.length === 0} />}
        {days.map(({ day, rows }) => (
          <section key={day} class="day">
            <h2>
              <button
                type="button"
                class="reach"
                title={t('goToDate')}
                onClick={() => openDialog('date', { room: room.id, day })}
              >
                {dayName(day)}
              </button>
            </h2>
            {rows.map((row) => (
              <RowView key={row.key} {...{ row, room: place, actions, lastSeq, readers }} flashing={target.flashing} />
            ))}
          </section>
        ))}
      </AnchoredScroll>
      {(!isAtEnd || !followsEnd) && (
        <button type="button" class="jump" onClick={toEnd}>
          <Icon name="arrow-down" />
          {room.unread > 0 ? t('newMessages', { n: room.unread, count: countText(room.unread) }) : t('toNewest')}
        </button>
      )}
      {timeline && <Announcer timeline={timeline} me={me} />}
    </div>
  );
}

function Waiting({ isFailed }: { readonly isFailed: boolean }) {
  return (
    <div class="viewport">{isFailed ? <Empty icon="wifi-off" title={t('serverUnreachable')} /> : <Spinner />}</div>
  );
}

/** Reads the part of the room that is wanted first, and goes to a message when it is there. */
function useTarget(room: RoomState, seq: number | undefined, scroller: { readonly current: AnchoredScroll | null }) {
  const [hasFailed, setFailed] = useState(false);
  /** The wanted message is shown; before, the end in view is not what is read. */
  const [isOpen, setOpen] = useState(false);
  const toUnread: Wanted | null = seq === undefined && room.unread > 0 ? { key: UNREAD, place: 'start' } : null;
  const wanted = useRef(toUnread);
  const [flashing, setFlashing] = useState<number | null>(null);

  function show(to: number): void {
    wanted.current = { key: `m${to}`, place: 'center' };
    setFlashing(to);
    const isThere = scroller.current?.reach() || attempt(() => client.rooms.openAround(room.id, to));
    void Promise.resolve(isThere).then((isOpen) => {
      setOpen(isOpen);
      setTimeout(() => {
        setFlashing((now) => (now === to ? null : now));
        // It may not exist.
        if (wanted.current?.key === `m${to}`) wanted.current = null;
      }, FLASH);
    });
  }

  function read(): void {
    const isBehind = room.unread > MANY;
    const open = isBehind ? client.rooms.openAround(room.id, Math.max(1, room.readSeq)) : client.rooms.open(room.id);
    open.then(
      () => {
        // The line need not be in what was shown meanwhile.
        if (isBehind) wanted.current = toUnread;
        setOpen(true);
      },
      () => setFailed(true),
    );
  }

  useEffect(() => {
    if (seq === undefined) read();
    else show(seq);
  }, [room.id, seq, repeats.value]);
  const isLive = useIsLive();
  useEffect(() => {
    // It could not be read without a connection.
    if (isLive && hasFailed && !client.state.timelines[room.id]) read();
  }, [room.id, isLive, hasFailed]);
  return { show, flashing, wanted, isOpen, hasFailed };
}

/** Drops old messages that are off screen: on leaving the room, and while many arrive at the end. */
function useRelease(room: string, length: number, isAtEnd: boolean): void {
  useEffect(() => {
    if (isAtEnd && length > MOST_KEPT) client.rooms.release(room, KEPT);
  }, [length, isAtEnd]);
  useEffect(() => () => client.rooms.release(room, KEPT), [room]);
}

/** Seen messages are read: the window is in front, and its end in view. */
function useMarkRead(
  room: RoomState,
  timeline: Timeline | undefined,
  scroller: { readonly current: AnchoredScroll | null },
  isAtEnd: boolean,
): void {
  const last = timeline?.atEnd ? timeline.items.at(-1)?.seq : undefined;
  useEffect(() => {
    if (last === undefined || !isAtEnd) return;
    const mark = () => {
      if (scroller.current?.isAtEnd && document.visibilityState === 'visible' && document.hasFocus())
        void client.rooms.markRead(room.id, last).catch(() => {});
    };
    mark();
    addEventListener('focus', mark);
    document.addEventListener('visibilitychange', mark);
    return () => {
      removeEventListener('focus', mark);
      document.removeEventListener('visibilitychange', mark);
    };
  }, [room.id, last, isAtEnd]);
}

type RowProps = {
  readonly row: Row;
  readonly room: Place;
  readonly actions: MessageActions;
  readonly flashing: number | null;
  readonly lastSeq: number | undefined;
  readonly readers: Readers;
};

function RowView({ row, room, actions, flashing, lastSeq, readers }: RowProps) {
  switch (row.kind) {
    case 'unread':
      return (
        <div class="unread-line" data-key={UNREAD}>
          {t('newHere')}
        </div>
      );
    case 'outgoing':
      return <OutgoingRow outgoing={row.outgoing} isFirst={row.isFirst} rowKey={row.key} />;
    case 'message':
      return (
        <MessageRow
          room={room}
          message={row.message}
          isFirst={row.isFirst}
          rowKey={row.key}
          actions={actions}
          isFlashing={row.message.seq === flashing}
          isTabStop={row.message.seq === lastSeq}
          readers={readers.get(row.message.seq)}
        />
      );
  }
}

type BeginningProps = { readonly room: RoomState; readonly title: string; readonly isEmpty: boolean };

function Beginning({ room, title, isEmpty }: BeginningProps) {
  if (!isEmpty) return <p class="beginning">{t('beginning')}</p>;
  const text = room.kind === 'lobby' ? t('emptyLobby') : t('emptyRoom');
  return <Empty icon={room.kind === 'lobby' ? 'sofa' : 'message-circle'} title={title} text={text} />;
}

/** Tells screen readers of new messages when they have nothing else to say. */
function Announcer({ timeline, me }: { readonly timeline: Timeline; readonly me: string }) {
  const people = useKoine((state) => state.people);
  const [from] = useState(timeline.items.at(-1)?.seq ?? 0);
  const last = timeline.atEnd ? timeline.items.at(-1) : undefined;
  const isNews = last !== undefined && last.seq > from && last.author !== me && !last.deletedAt;
  return (
    <div class="visually-hidden" aria-live="polite">
      {isNews && `${people[last.author]?.name || people[last.author]?.username}: ${last.body.slice(0, 200)}`}
    </div>
  );
}
