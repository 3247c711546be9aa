import '../styles/room-dialogs.css';
import type { Invite, Person } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { PersonPicker } from '../people/person-picker.tsx';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconButton } from '../ui/icon.tsx';
import { copy, linkTo } from './message-actions.ts';

/** Adds people to a room, or makes a link by which they come themselves. */
export function InviteDialog({ data, onClose }: DialogProps<{ readonly room: string }>) {
  const room = useKoine((state) => state.rooms[data.room]);
  const [people, setPeople] = useState<readonly Person[]>([]);
  if (!room) return null;
  const add = async () => {
    const added = await attempt(() => Promise.all(people.map(({ id }) => client.rooms.setMember(room.id, id))));
    if (added) onClose();
  };
  return (
    <Dialog title={t('addPeople')} onClose={onClose}>
      <div class="body">
        <InviteLinks room={room.id} />
        <PersonPicker chosen={people} onChange={setPeople} without={room.members ?? []} />
        <div class="actions">
          <button type="button" class="button primary" disabled={people.length === 0} onClick={() => void add()}>
            {t('add')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

const linkOf = ({ code }: Invite): string => linkTo(`/invite/${encodeURIComponent(code)}`);

function InviteLinks({ room }: { readonly room: string }) {
  const [invites, setInvites] = useState<readonly Invite[]>([]);
  useEffect(
    () =>
      void client.rooms.invites(room).then(
        ({ items }) => setInvites(items),
        () => {},
      ),
    [room],
  );
  const make = () =>
    void attempt(async () => {
      const invite = await client.rooms.invite(room);
      setInvites((all) => [invite, ...all]);
      await copy(linkOf(invite));
    });
  const revoke = ({ code }: Invite) =>
    void attempt(async () => {
      await client.rooms.revokeInvite(room, code);
      setInvites((all) => all.filter((one) => one.code !== code));
    });
  return (
    <section class="invites">
      <div class="head">
        <h3>{t('inviteLinks')}</h3>
        <button type="button" class="button" onClick={make}>
          {t('newLink')}
        </button>
      </div>
      <p class="hint">{t('inviteLinksHint')}</p>
      <ul>
        {invites.map((invite) => (
          <li key={invite.code}>
            <span class="link" title={t('expires', { time: fullTime(invite.expiresAt) })}>
              {linkOf(invite)}
            </span>
            <IconButton icon="copy" label={t('copyLink')} onClick={() => void copy(linkOf(invite))} />
            <IconButton icon="trash-2" label={t('revokeLink')} onClick={() => revoke(invite)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
