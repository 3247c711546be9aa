import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { navigate } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';
import { pathOfRoom } from './names.ts';

/** `day`: the beginning of the day that is offered first, in Unix ms. */
type RoomAndDay = { readonly room: string; readonly day?: number };

/** Goes to the first message of a day, or after it. */
export function DateDialog({ data, onClose }: DialogProps<RoomAndDay>) {
  const room = useKoine((state) => state.rooms[data.room]);
  const [date, setDate] = useState(dateOf(data.day ?? Date.now()));
  const [isLate, setLate] = useState(false);
  if (!room) return null;
  const go = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      const seq = await client.rooms.openAt(room.id, new Date(`${date}T00:00`));
      setLate(seq === null);
      if (seq === null) return;
      onClose();
      navigate(`${pathOfRoom(room)}/${seq}`);
    });
  };
  return (
    <Dialog title={t('goToDate')} onClose={onClose}>
      <form class="body" onSubmit={go}>
        <div class="field">
          <label for="date">{t('date')}</label>
          <input
            id="date"
            class="input"
            type="date"
            required
            data-autofocus
            max={dateOf(Date.now())}
            value={date}
            aria-describedby="date-note"
            onInput={(event) => setDate(event.currentTarget.value)}
          />
          <span id="date-note" class="hint" role="status">
            {isLate ? t('nothingSince') : ''}
          </span>
        </div>
        <DialogActions action={t('show')} onCancel={onClose} disabled={date === ''} />
      </form>
    </Dialog>
  );
}

/** As the platform writes it in a date field, in the reader's time zone. */
function dateOf(time: number): string {
  const at = new Date(time);
  const [month, day] = [at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${String(at.getFullYear()).padStart(4, '0')}-${month}-${day}`;
}
