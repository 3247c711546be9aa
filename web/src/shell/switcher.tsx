import '../styles/switcher.css';
import type { Person, RoomState } from '@koine/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { inOrder, nameOf, pathOfRoom, titleOf } from '../rooms/names.ts';
import { RoomAvatar } from '../rooms/room-avatar.tsx';
import { navigate } from '../router.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import type { DialogProps } from './dialogs.tsx';

type Target = {
  readonly key: string;
  readonly text: string;
  readonly below?: string;
  readonly to: string;
  readonly room?: RoomState;
  readonly person?: Person;
  readonly icon?: IconName;
};

const MOST = 12;
const PAUSE = 150;
const LIST = 'switcher-list';

/** Goes to any room, person or part of the client by its name. */
export function Switcher({ onClose }: DialogProps<undefined>) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const targets = useTargets(query.trim().toLowerCase());
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }), [at]);
  const go = (target: Target | undefined) => {
    if (!target) return;
    onClose();
    navigate(target.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + targets.length) % Math.max(1, targets.length));
    else if (event.key === 'Enter') go(targets[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('goTo')} onClose={onClose} class="switcher" bare>
      <div class="search-field">
        <Icon name="search" />
        <input
          class="input"
          data-autofocus
          role="combobox"
          aria-label={t('goTo')}
          aria-expanded={targets.length > 0}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={targets.length > 0 ? `${LIST}-${at}` : undefined}
          placeholder={t('goToPlaceholder')}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={LIST} class="targets" role="listbox" aria-label={t('found')}>
        {targets.map((target, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the text field
          <div
            key={target.key}
            id={`${LIST}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            class="menu-item"
            onMouseMove={() => setAt(index)}
            onClick={() => go(target)}
          >
            <Sign target={target} />
            <span class="text" dir="auto">
              {target.text} {target.below && <span class="handle">{target.below}</span>}
            </span>
          </div>
        ))}
      </div>
      {targets.length === 0 && <p class="nothing">{t('nothingFound')}</p>}
    </Dialog>
  );
}

function Sign({ target: { room, person, icon } }: { readonly target: Target }) {
  if (room) return <RoomAvatar room={room} size="1.75rem" />;
  if (person)
    return <Avatar id={person.id} name={nameOf(person)} url={person.avatarUrl} online={person.online} size="1.75rem" />;
  return (
    <span class="sign">
      <Icon name={icon ?? 'hash'} />
    </span>
  );
}

function useTargets(words: string): readonly Target[] {
  const rooms = useKoine((state) => state.rooms);
  const people = useKoine((state) => state.people);
  useEffect(() => {
    if (words === '') return;
    const timer = setTimeout(() => void client.people.search(words).catch(() => {}), PAUSE);
    return () => clearTimeout(timer);
  }, [words]);
  const matches = (...texts: readonly (string | undefined)[]) =>
    texts.some(
      (text) =>
        text
          ?.toLowerCase()
          .split(/[\s_.-]+/)
          .some((word) => word.startsWith(words)) || text?.toLowerCase().includes(words),
    );
  const { state } = client;
  const ofRooms = inOrder(rooms)
    .map((room): Target => ({ key: room.id, text: titleOf(room, state), to: pathOfRoom(room), room }))
    .filter(({ text }) => matches(text));
  const ofPeople = Object.values(people)
    .filter(
      (person) => words !== '' && person.id !== state.me?.id && matches(person.username, person.name ?? undefined),
    )
    .map(
      (person): Target => ({
        key: `p${person.id}`,
        text: nameOf(person),
        below: `@${person.username}`,
        to: pathOfPerson(person),
        person,
      }),
    );
  const places = PLACES.map(({ icon, name, to }): Target => ({ key: to, text: t(name), to, icon })).filter(
    ({ text }) => words !== '' && matches(text),
  );
  const search: Target[] =
    words === ''
      ? []
      : [
          {
            key: 'search',
            text: t('searchFor', { words }),
            to: `/search?${new URLSearchParams({ q: words })}`,
            icon: 'search',
          },
        ];
  return [...[...ofRooms, ...places, ...ofPeople].slice(0, MOST), ...search];
}

const PLACES = [
  { icon: 'newspaper', name: 'feed', to: '/feed' },
  { icon: 'bookmark', name: 'bookmarks', to: '/feed/bookmarks' },
  { icon: 'clock', name: 'catchUp', to: '/catch-up' },
  { icon: 'users', name: 'people', to: '/people' },
  { icon: 'bell', name: 'notifications', to: '/notifications' },
  { icon: 'settings', name: 'settings', to: '/settings' },
] as const;
