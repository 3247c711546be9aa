import type { Member, RoomRole, RoomState } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { IconButton } from '../ui/icon.tsx';
import { nameOf } from './names.ts';
import { useMembers } from './use-members.ts';

/** Everyone who is there, beside the messages where the window is wide enough. */
export function Details({ room }: { readonly room: RoomState }) {
  if (room.kind === 'direct') return null;
  return (
    <aside class="details" aria-label={t('members')}>
      <Members room={room} />
    </aside>
  );
}

export function Members({ room }: { readonly room: RoomState }) {
  const members = useMembers(room);
  const me = useKoine((state) => state.me?.id);
  const online = members.filter((member) => member.online || member.id === me);
  const offline = members.filter((member) => !online.includes(member));
  const everybody = useKoine((state) => state.online);
  const isLobby = room.kind === 'lobby';
  const more = isLobby ? Math.max(0, everybody - online.length) : 0;
  const mayAdd = room.kind === 'group' && room.myRole !== null;
  return (
    <>
      <Group title={t('onlineCount', { n: online.length + more })} members={online}>
        {mayAdd && (
          <IconButton icon="user-plus" label={t('addPeople')} onClick={() => openDialog('invite', { room: room.id })} />
        )}
      </Group>
      {more > 0 && (
        <a class="button plain" href={href('/people')}>
          {t('andMore', { n: more })}
        </a>
      )}
      {offline.length > 0 && !isLobby && <Group title={t('offlineCount', { n: offline.length })} members={offline} />}
    </>
  );
}

type GroupProps = {
  readonly title: string;
  readonly members: readonly Member[];
  readonly children?: ComponentChildren;
};

function Group({ title, members, children }: GroupProps) {
  const sorted = [...members].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return (
    <section>
      <div class="section-title">
        <h2>{title}</h2>
        {children}
      </div>
      <ul>
        {sorted.map((member) => (
          <li key={member.id}>
            <PersonLine person={member} size="2rem" to={href(pathOfPerson(member))}>
              <Role role={member.role} />
            </PersonLine>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Role({ role }: { readonly role: RoomRole | undefined }) {
  if (role !== 'owner' && role !== 'moderator') return null;
  return <span class="role">{t(`role_${role}`)}</span>;
}
