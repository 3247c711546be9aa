import type { NotifyLevel, RoomState } from '@koine/client';
import { isAdmin, isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { navigate } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';

type Props = { readonly room: RoomState; readonly title: string };

export function RoomMenu({ room, title }: Props) {
  return <MenuButton icon="ellipsis" label={t('roomMenu')} items={itemsOf(room, title)} />;
}

/** In the lobby the moderators of the community, in a group its own. */
function mayRestrict({ kind, myRole }: RoomState): boolean {
  if (kind === 'lobby') return isStaff(client.state.me);
  return kind === 'group' && myRole !== 'member';
}

/** In the lobby admins, in a group its owners and moderators. */
function keepsHooks({ kind, myRole }: RoomState): boolean {
  if (kind === 'lobby') return isAdmin(client.state.me);
  return kind === 'group' && myRole !== 'member';
}

function itemsOf(room: RoomState, title: string): (MenuItem | null)[] {
  const isGroup = room.kind === 'group';
  const isMuted = room.notify === 'nothing';
  const setNotify = (level: NotifyLevel) => void attempt(() => client.rooms.setNotify(room.id, level));
  const isReadOnly = room.posting === 'moderators';
  const togglePosting = () =>
    void attempt(() => client.rooms.change(room.id, { posting: isReadOnly ? 'everybody' : 'moderators' }));
  const leave = () =>
    openDialog('confirm', {
      title: t('leaveRoom'),
      text: t('leaveRoomText', { title }),
      action: t('leave'),
      run: () => void attempt(() => client.rooms.leave(room.id)).then((left) => left && navigate('/rooms')),
    });
  return [
    { icon: 'info', text: t('aboutRoom'), onSelect: () => openDialog('room', { room: room.id }) },
    { icon: 'search', text: t('searchHere'), onSelect: () => navigate(`/search?room=${room.id}`) },
    isGroup
      ? { icon: 'user-plus', text: t('addPeople'), onSelect: () => openDialog('invite', { room: room.id }) }
      : null,
    { icon: 'calendar', text: t('goToDate'), onSelect: () => openDialog('date', { room: room.id }) },
    isMuted
      ? { icon: 'bell', text: t('unmute'), onSelect: () => setNotify('all') }
      : { icon: 'bell-off', text: t('mute'), onSelect: () => setNotify('nothing') },
    mayRestrict(room)
      ? {
          icon: isReadOnly ? 'pencil' : 'lock',
          text: t(isReadOnly ? 'letAllWrite' : 'letModeratorsWrite'),
          onSelect: togglePosting,
        }
      : null,
    keepsHooks(room)
      ? { icon: 'terminal', text: t('hooks'), onSelect: () => openDialog('hooks', { room: room.id }) }
      : null,
    isGroup ? { icon: 'log-out', text: t('leave'), onSelect: leave, danger: true } : null,
  ];
}
