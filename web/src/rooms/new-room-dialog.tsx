import type { Person } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { PersonPicker } from '../people/person-picker.tsx';
import { navigate } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';
import { pathOfRoom } from './names.ts';

/** One person makes a conversation of two; more people, or a title, a group. */
export function NewRoomDialog({ onClose }: DialogProps<undefined>) {
  const [title, setTitle] = useState('');
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [first] = people;
  const isDirect = people.length === 1 && title.trim() === '';

  async function create(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const done = await attempt(async () => {
      const room = await (isDirect && first
        ? client.rooms.create({ kind: 'direct', members: [first.id] })
        : client.rooms.create({
            kind: 'group',
            members: people.map(({ id }) => id),
            ...(title.trim() === '' ? {} : { title: title.trim() }),
          }));
      navigate(pathOfRoom(room));
    });
    setBusy(false);
    if (done) onClose();
  }

  return (
    <Dialog title={t('newRoom')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void create(event)}>
        <div class="field">
          <label for="room-title">{t('roomTitle')}</label>
          <input
            id="room-title"
            class="input"
            maxLength={100}
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
          <span class="hint">{t('roomTitleHint')}</span>
        </div>
        <PersonPicker chosen={people} onChange={setPeople} />
        <DialogActions
          action={t(isDirect ? 'startConversation' : 'createRoom')}
          onCancel={onClose}
          disabled={isBusy || (people.length === 0 && title.trim() === '')}
        />
      </form>
    </Dialog>
  );
}
