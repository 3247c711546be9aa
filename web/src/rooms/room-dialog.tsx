import '../styles/picture-head.css';
import '../styles/room-dialogs.css';
import type { Member, NotifyLevel, RoomRole, RoomState } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href, navigate } from '../router.ts';
import { type DialogProps, openDialog } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconButton } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { PictureButtons } from '../ui/picture-buttons.tsx';
import { Segments } from '../ui/segments.tsx';
import { Members } from './details.tsx';
import { nameOf, titleOf } from './names.ts';
import { RoomAvatar } from './room-avatar.tsx';
import { useMembers } from './use-members.ts';

const LEVELS = ['all', 'mentions', 'nothing'] as const satisfies readonly NotifyLevel[];

/** A room's facts and members, and the changes that one may make. */
export function RoomDialog({ data, onClose }: DialogProps<{ readonly room: string }>) {
  const room = useKoine((state) => state.rooms[data.room]);
  const title = useKoine((state) => (room ? titleOf(room, state) : ''));
  if (!room) return null;
  const mayChange = room.kind === 'group' && (room.myRole === 'owner' || room.myRole === 'moderator');
  return (
    <Dialog title={t('aboutRoom')} onClose={onClose}>
      <div class="body">
        <div class="picture-head">
          <RoomAvatar room={room} size="5rem" />
          {mayChange ? <LookFields room={room} title={title} /> : <h3 dir="auto">{title}</h3>}
        </div>
        <NotifyField room={room} />
        {room.kind === 'group' && mayChange ? <EditableMembers room={room} /> : <Members room={room} />}
        {room.kind === 'group' && room.myRole === 'owner' && <DeleteRoom room={room} title={title} />}
      </div>
    </Dialog>
  );
}

function LookFields({ room, title }: { readonly room: RoomState; readonly title: string }) {
  return (
    <div class="fields grow">
      <TitleField room={room} title={title} />
      <PictureButtons
        onPick={(picture) => void attempt(() => client.rooms.setAvatar(room.id, picture))}
        onRemove={room.avatarUrl ? () => void attempt(() => client.rooms.removeAvatar(room.id)) : null}
      />
    </div>
  );
}

function TitleField({ room, title }: { readonly room: RoomState; readonly title: string }) {
  const [text, setText] = useState(title);
  const save = (event: Event) => {
    event.preventDefault();
    void attempt(() => client.rooms.change(room.id, { title: text.trim() }));
  };
  return (
    <form class="with-action" onSubmit={save}>
      <input
        class="input"
        aria-label={t('roomTitle')}
        maxLength={100}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {text.trim() !== title && text.trim() !== '' && <IconButton type="submit" icon="check" label={t('save')} />}
    </form>
  );
}

function NotifyField({ room }: { readonly room: RoomState }) {
  return (
    <Segments
      name="notify"
      label={t('notifyMe')}
      segments={LEVELS.map((value) => ({ value, text: t(`notify_${value}`) }))}
      value={room.notify}
      onInput={(level) => void attempt(() => client.rooms.setNotify(room.id, level))}
    />
  );
}

function EditableMembers({ room }: { readonly room: RoomState }) {
  const me = useKoine((state) => state.me?.id);
  const members = [...useMembers(room)].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return (
    <section>
      <div class="section-title">
        <h2>{t('membersCount', { n: room.membersCount })}</h2>
        <IconButton icon="user-plus" label={t('addPeople')} onClick={() => openDialog('invite', { room: room.id })} />
      </div>
      <ul>
        {members.map((member) => (
          <li key={member.id} class="member">
            <PersonLine person={member} size="2.25rem" to={href(pathOfPerson(member))}>
              <span class="role">{t(`role_${member.role ?? 'member'}`)}</span>
            </PersonLine>
            {member.id !== me && (
              <MenuButton
                icon="ellipsis"
                label={t('memberMenu', { name: nameOf(member) })}
                items={memberItems(room, member)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function memberItems(room: RoomState, { id, role }: Member): (MenuItem | null)[] {
  const setRole = (next: RoomRole) => void attempt(() => client.rooms.setMember(room.id, id, next));
  const isOwner = room.myRole === 'owner';
  const remove = () => void attempt(() => client.rooms.removeMember(room.id, id));
  return [
    isOwner && role === 'member'
      ? { icon: 'shield', text: t('makeModerator'), onSelect: () => setRole('moderator') }
      : null,
    isOwner && role === 'moderator' ? { icon: 'user', text: t('makeMember'), onSelect: () => setRole('member') } : null,
    role === 'owner' ? null : { icon: 'user-minus', text: t('removeFromRoom'), onSelect: remove, danger: true },
  ];
}

function DeleteRoom({ room, title }: { readonly room: RoomState; readonly title: string }) {
  const remove = () =>
    openDialog('confirm', {
      title: t('deleteRoom'),
      text: t('deleteRoomText', { title }),
      action: t('delete'),
      run: () => void attempt(() => client.rooms.remove(room.id)).then((done) => done && navigate('/rooms')),
    });
  return (
    <button type="button" class="button danger" onClick={remove}>
      {t('deleteRoom')}
    </button>
  );
}
