import '../styles/picture-head.css';
import type { Person } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { PersonPicker } from '../people/person-picker.tsx';
import { navigate } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';
import { PictureButtons } from '../ui/picture-buttons.tsx';
import { usePreview } from '../ui/use-preview.ts';
import { nameOf, pathOfRoom } from './names.ts';

/** One person makes a conversation of two; more people, a title or a picture, a group. */
export function NewRoomDialog({ onClose }: DialogProps<undefined>) {
  const [title, setTitle] = useState('');
  const [picture, setPicture] = useState<File | null>(null);
  const preview = usePreview(picture);
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [first] = people;
  const isDirect = people.length === 1 && title.trim() === '' && picture === null;

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
      // The room stays if its picture is refused.
      if (picture) await attempt(() => client.rooms.setAvatar(room.id, picture));
      navigate(pathOfRoom(room));
    });
    setBusy(false);
    if (done) onClose();
  }

  return (
    <Dialog title={t('newRoom')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void create(event)}>
        <div class="picture-head">
          <Avatar id="" name={title.trim() || people.map(nameOf).join(' ')} url={preview} kind="group" size="4rem" />
          <div class="fields">
            <div class="field">
              <label for="room-title">{t('roomTitle')}</label>
              <input
                id="room-title"
                class="input"
                maxLength={100}
                value={title}
                onInput={(event) => setTitle(event.currentTarget.value)}
              />
            </div>
            <PictureButtons onPick={setPicture} onRemove={picture && (() => setPicture(null))} />
          </div>
        </div>
        <p class="hint">{t('roomTitleHint')}</p>
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
