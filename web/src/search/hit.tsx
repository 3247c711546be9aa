import type { Message, Post, Room, SearchHit } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { nameOf, pathOfRoom, titleOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { FoundLine } from '../ui/found-line.tsx';
import { Icon } from '../ui/icon.tsx';

/** Something that a search found, as a link to it. */
export function Hit({ hit }: { readonly hit: SearchHit }) {
  const { message, post, person, room, roomId = '' } = hit;
  if (message) return <FoundMessage hit={hit} message={message} roomId={roomId} />;
  if (post) return <FoundPost hit={hit} post={post} />;
  if (person) return <PersonLine person={person} to={href(pathOfPerson(person))} />;
  return room ? <FoundRoom room={room} /> : null;
}

function FoundMessage({ hit, message, roomId }: { hit: SearchHit; message: Message; roomId: string }) {
  const room = useKoine((state) => state.rooms[roomId]);
  const title = useKoine((state) => (room ? titleOf(room, state) : t('aRoom')));
  const place = room ? pathOfRoom(room) : `/rooms/${roomId}`;
  return (
    <FoundLine to={`${place}/${message.seq}`} author={message.author} place={title} at={message.createdAt}>
      {message.body === '' ? t('picture') : <Marked {...hit} />}
    </FoundLine>
  );
}

function FoundPost({ hit, post }: { hit: SearchHit; post: Post }) {
  return (
    <FoundLine to={`/posts/${post.id}`} author={post.author} at={post.createdAt}>
      <Marked {...hit} />
    </FoundLine>
  );
}

function FoundRoom({ room }: { readonly room: Room }) {
  const me = useKoine((state) => state.me?.id);
  const partner = room.members?.find(({ id }) => id !== me);
  const name = room.kind === 'direct' ? nameOf(partner) : room.title;
  return (
    <a class="notification" href={href(pathOfRoom(room))}>
      <Icon name={room.kind === 'direct' ? 'user' : 'hash'} />
      <span class="what">
        <strong dir="auto">{name ?? t(room.kind === 'lobby' ? 'lobby' : 'unnamedRoom')}</strong>
      </span>
    </a>
  );
}

function Marked({ excerpt = '', highlights = [] }: Pick<SearchHit, 'excerpt' | 'highlights'>) {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const [from = 0, to = 0] of highlights) {
    parts.push(excerpt.slice(at, from), <mark key={from}>{excerpt.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {excerpt.slice(at)}
    </>
  );
}
