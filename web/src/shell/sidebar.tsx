import type { ComponentChildren } from 'preact';
import { communityName, isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { countLoud } from '../rooms/loud.ts';
import { nameOf } from '../rooms/names.ts';
import { countText, RoomList } from '../rooms/room-list.tsx';
import { href, path } from '../router.ts';
import { Avatar } from '../ui/avatar.tsx';
import { CommunityLogo } from '../ui/community-logo.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { openDialog } from './dialogs.tsx';

export function Sidebar() {
  const unread = useKoine((state) => state.notifications.unread);
  const isAdministrator = useKoine((state) => isStaff(state.me));
  return (
    <aside class="sidebar">
      <div class="brand">
        <a href={href('/feed')}>
          <CommunityLogo size={28} />
          <span class="name" dir="auto">
            {communityName()}
          </span>
        </a>
        <IconButton icon="search" label={`${t('goTo')} (Ctrl+K)`} onClick={() => openDialog('switcher')} />
      </div>
      <nav aria-label={t('navigation')}>
        <NavLink to="/feed" icon="newspaper">
          {t('feed')}
        </NavLink>
        <NavLink to="/notifications" icon="bell" count={unread}>
          {t('notifications')}
        </NavLink>
        <NavLink to="/people" icon="users">
          {t('people')}
        </NavLink>
        {isAdministrator && (
          <NavLink to="/admin" icon="shield">
            {t('administration')}
          </NavLink>
        )}
      </nav>
      <RoomsTitle />
      <nav class="rooms" aria-label={t('rooms')}>
        <RoomList />
      </nav>
      <MyLine />
    </aside>
  );
}

function RoomsTitle() {
  return (
    <div class="section-title">
      <h2>{t('rooms')}</h2>
      <IconButton icon="plus" label={t('newRoom')} onClick={() => openDialog('newRoom')} />
    </div>
  );
}

type NavProps = {
  readonly to: string;
  readonly icon: IconName;
  readonly count?: number;
  readonly children: ComponentChildren;
};

const isAt = (to: string): boolean => path.value === to || path.value.startsWith(`${to}/`);

function NavLink({ to, icon, count = 0, children }: NavProps) {
  return (
    <a class="nav-link" href={href(to)} aria-current={isAt(to) ? 'page' : undefined}>
      <Icon name={icon} />
      <span class="text">{children}</span>
      {count > 0 && <Count count={count} />}
    </a>
  );
}

function Count({ count }: { readonly count: number }) {
  return (
    <span class="badge">
      <span aria-hidden="true">{countText(count)}</span>
      <span class="visually-hidden">{t('unreadCount', { n: count })}</span>
    </span>
  );
}

function MyLine() {
  const me = useKoine((state) => state.me);
  if (!me) return null;
  return (
    <div class="me">
      <a class="person-line" href={href(pathOfPerson(me))}>
        <Avatar id={me.id} name={nameOf(me)} url={me.avatarUrl} size="2rem" />
        <span class="names">
          <span class="name" dir="auto">
            {nameOf(me)}
          </span>
          <span class="handle">@{me.username}</span>
        </span>
      </a>
      <a class="icon-button" href={href('/settings')} aria-label={t('settings')} title={t('settings')}>
        <Icon name="settings" />
      </a>
    </div>
  );
}

/** On narrow screens: the parts of the client at the lower edge. */
export function Tabs() {
  const unread = useKoine((state) => state.notifications.unread);
  const rooms = useKoine(countLoud);
  return (
    <nav class="tabs" aria-label={t('navigation')}>
      <Tab to="/feed" icon="newspaper" text={t('feed')} />
      <Tab to="/rooms" icon="messages-square" text={t('rooms')} count={rooms} />
      <Tab to="/people" icon="users" text={t('people')} />
      <Tab to="/notifications" icon="bell" text={t('activity')} count={unread} />
      <Tab to="/settings" icon="settings" text={t('settings')} />
    </nav>
  );
}

type TabProps = { readonly to: string; readonly icon: IconName; readonly text: string; readonly count?: number };

function Tab({ to, icon, text, count = 0 }: TabProps) {
  return (
    <a href={href(to)} aria-current={isAt(to) ? 'page' : undefined}>
      <Icon name={icon} />
      {text}
      {count > 0 && <Count count={count} />}
    </a>
  );
}
