import '../styles/room-dialogs.css';
import type { Message, Page } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { briefTime } from '../i18n/time.ts';
import { client, useKoine } from '../koine.ts';
import { navigate } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { plainText } from '../text/markdown.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { nameOf, pathOfRoom } from './names.ts';

export function PinsDialog({ data, onClose }: DialogProps<{ readonly room: string }>) {
  const room = useKoine((state) => state.rooms[data.room]);
  const [pins, setPins] = useState<readonly Message[] | null>(null);
  useEffect(() => {
    void client.call<Page<Message>>('GET', `/v1/rooms/${encodeURIComponent(data.room)}/pins`).then(
      ({ items }) => setPins(items),
      () => setPins([]),
    );
  }, [data.room]);
  if (!room) return null;
  const open = (seq: number) => {
    onClose();
    navigate(`${pathOfRoom(room)}/${seq}`);
  };
  return (
    <Dialog title={t('pinned')} onClose={onClose}>
      <div class="body">
        {pins === null && <Spinner />}
        {pins?.length === 0 && <Empty icon="pin" title={t('noPins')} text={t('noPinsText')} />}
        <ul class="pins">
          {pins?.map(({ seq, author, body, createdAt }) => (
            <li key={seq}>
              <button type="button" class="menu-item pin" onClick={() => open(seq)}>
                <span class="text">
                  <strong>{nameOf(author)}</strong> {plainText(body.slice(0, 200))}
                </span>
                <time class="handle" dateTime={createdAt}>
                  {briefTime(createdAt)}
                </time>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
