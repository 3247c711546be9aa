import '../styles/profile.css';
import type { Person } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isStaff } from '../community.ts';
import { PostList } from '../feed/feed-screen.tsx';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { reportItem } from '../moderation/report-item.ts';
import { nameOf, pathOfRoom } from '../rooms/names.ts';
import { goBack, href, navigate } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Prose } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { MenuButton } from '../ui/menu.tsx';
import { toast } from '../ui/toasts.tsx';
import { useTitle } from '../ui/use-title.ts';
import { BotMark } from './bot-mark.tsx';
import { useWatch } from './use-watch.ts';

export function ProfileScreen({ username }: { readonly username: string }) {
  const [id, setId] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const person = useKoine((state) => (id === null ? undefined : state.people[id]));
  const page = useRef<HTMLDivElement>(null);
  useTitle(`@${username}`);
  useWatch(id === null ? [] : [id]);
  useEffect(() => {
    const known = Object.values(client.state.people).find((one) => one.username === username);
    setId(known?.id ?? null);
    setMissing(false);
    client.people.read(`@${username}`).then(
      (read) => setId(read.id),
      () => setMissing(known === undefined),
    );
    if (client.state.friends === null) client.people.openFriends().catch(() => {});
  }, [username]);
  return (
    <>
      <header class="bar with-back">
        <IconButton icon="arrow-left" label={t('back')} onClick={() => goBack('/people')} />
        <div class="titles">
          <h1 dir="auto">{person ? nameOf(person) : `@${username}`}</h1>
        </div>
      </header>
      <div class="page" ref={page}>
        <div class="column feed">
          {person && <Head person={person} />}
          {person && <PostList name={`@${person.username}`} onShowFresh={() => page.current?.scrollTo({ top: 0 })} />}
          {!person && (isMissing ? <Empty icon="user" title={t('nobodyFound')} /> : <Spinner />)}
        </div>
      </div>
    </>
  );
}

function Head({ person }: { readonly person: Person }) {
  const isMe = useKoine((state) => state.me?.id === person.id);
  return (
    <section class="profile">
      <Avatar id={person.id} name={nameOf(person)} url={person.avatarUrl} online={person.online} size="5.5rem" />
      <div class="about">
        <h2 dir="auto">{nameOf(person)}</h2>
        <p class="handle">
          <BotMark of={person} /> @{person.username}
          {person.online && <span class="here"> · {t('online')}</span>}
        </p>
        {person.bio && (
          <div dir="auto">
            <Prose text={person.bio} />
          </div>
        )}
        <div class="actions">
          {isMe ? (
            <a class="button" href={href('/settings')}>
              <Icon name="pencil" class="small" />
              {t('editProfile')}
            </a>
          ) : (
            <Relations person={person} />
          )}
        </div>
      </div>
    </section>
  );
}

function Relations({ person }: { readonly person: Person }) {
  const isFriend = useKoine((state) => state.friends?.[person.id] === true);
  const isBlocked = useKoine((state) => state.blocks?.[person.id] === true);
  const isMuted = useKoine((state) => state.mutes?.[person.id] === true);
  const isModerator = useKoine((state) => isStaff(state.me));
  const message = () =>
    void attempt(async () => navigate(pathOfRoom(await client.rooms.create({ kind: 'direct', members: [person.id] }))));
  const toggleFriend = () =>
    void attempt(async () => {
      if (isFriend) await client.people.unfriend(person.id);
      else if ((await client.people.befriend(person.id)) === 'asked') toast(t('friendAsked', { name: nameOf(person) }));
    });
  const block = () =>
    openDialog('confirm', {
      title: t('blockPerson', { name: nameOf(person) }),
      text: t('blockPersonText'),
      action: t('block'),
      run: () => void attempt(() => client.people.block(person.id)),
    });
  const toggleMute = () =>
    void attempt(() => (isMuted ? client.people.unmute(person.id) : client.people.mute(person.id)));
  const unblock = () => void attempt(() => client.people.unblock(person.id));
  if (isBlocked)
    return (
      <button type="button" class="button" onClick={unblock}>
        <Icon name="ban" class="small" />
        {t('unblock')}
      </button>
    );
  return (
    <>
      <button type="button" class="button primary" onClick={message}>
        <Icon name="message-circle" class="small" />
        {t('message')}
      </button>
      <button type="button" class="button" onClick={toggleFriend}>
        <Icon name={isFriend ? 'user-check' : 'user-plus'} class="small" />
        {t(isFriend ? 'unfriend' : 'befriend')}
      </button>
      <MenuButton
        icon="ellipsis"
        label={t('personMenu')}
        items={[
          {
            icon: isMuted ? 'bell' : 'bell-off',
            text: t(isMuted ? 'unmutePerson' : 'mutePerson'),
            onSelect: toggleMute,
          },
          isModerator
            ? { icon: 'shield', text: t('moderate'), onSelect: () => openDialog('person', { person }) }
            : null,
          reportItem({ kind: 'account', id: person.id }, person.id),
          { icon: 'ban', text: t('block'), onSelect: block, danger: true },
        ]}
      />
    </>
  );
}
