import '../styles/search.css';
import type { CatchUp } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { client, useKoine } from '../koine.ts';
import { pathOfRoom, titleOf } from '../rooms/names.ts';
import { RoomAvatar } from '../rooms/room-avatar.tsx';
import { href } from '../router.ts';
import { plainText } from '../text/markdown.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { FoundLine } from '../ui/found-line.tsx';
import { useTitle } from '../ui/use-title.ts';
import { useReading } from '../use-reading.ts';
import { awaySince } from './last-visit.ts';

const DAY = 86_400_000;

/** Since the reader was away: what was said to them, what was much liked, and where others talked. */
export function CatchUpScreen() {
  const [since] = useState(() => awaySince ?? new Date(Date.now() - DAY).toISOString());
  const [happened, setHappened] = useState<CatchUp | null>(null);
  useTitle(t('catchUp'));
  const failure = useReading(async () => setHappened(await client.notifications.catchUp(since)), [since]);
  return (
    <>
      <header class="bar">
        <div class="titles">
          <h1>{t('catchUp')}</h1>
          <p>{t('catchUpSince', { time: fullTime(happened?.since ?? since) })}</p>
        </div>
      </header>
      <div class="page">
        <div class="column">
          {happened === null && (failure ? <Empty icon="wifi-off" title={failure.text} /> : <Spinner />)}
          {happened && <Happened happened={happened} />}
        </div>
      </div>
    </>
  );
}

function Happened({ happened: { said, liked, rooms } }: { readonly happened: CatchUp }) {
  if (said.length + liked.length + rooms.length === 0)
    return <Empty icon="check-check" title={t('catchUpNothing')} text={t('catchUpNothingText')} />;
  return (
    <>
      <Section title={t('catchUpSaid')}>
        {said.map(
          ({ id, actor, subject, createdAt }) =>
            actor && (
              <FoundLine key={id} to={`/rooms/${subject.room}/${subject.seq}`} author={actor} at={createdAt}>
                {plainText(subject.excerpt ?? '')}
              </FoundLine>
            ),
        )}
      </Section>
      <Section title={t('catchUpRooms')}>
        {rooms.map(({ room, count, first }) => (
          <BusyRoom key={room.id} id={room.id} count={count} first={first} />
        ))}
      </Section>
      <Section title={t('catchUpLiked')}>
        {liked.map((post) => (
          <FoundLine
            key={post.id}
            to={`/posts/${post.id}`}
            author={post.author}
            place={t('likesCount', { n: post.likesCount })}
            at={post.createdAt}
          >
            {plainText(post.title ?? post.body)}
          </FoundLine>
        ))}
      </Section>
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: readonly ComponentChildren[] }) {
  if (children.length === 0) return null;
  return (
    <section class="caught-up">
      <h2>{title}</h2>
      <div class="notifications">{children}</div>
    </section>
  );
}

function BusyRoom({ id, count, first }: { readonly id: string; readonly count: number; readonly first: number }) {
  const room = useKoine((state) => state.rooms[id]);
  const title = useKoine((state) => (room ? titleOf(room, state) : ''));
  if (!room) return null;
  return (
    <a class="notification" href={href(`${pathOfRoom(room)}/${first}`)}>
      <RoomAvatar room={room} size="2.25rem" />
      <span class="what">
        <strong dir="auto">{title}</strong>
        <span class="excerpt">{t('messagesCount', { n: count })}</span>
      </span>
    </a>
  );
}
