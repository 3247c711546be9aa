import { t } from '../i18n/i18n.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty } from '../ui/empty.tsx';
import { IconButton } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { isWide } from '../ui/window.ts';
import { RoomList } from './room-list.tsx';

/** The list where the window has room for nothing else; beside it, what to do without an open room. */
export function RoomsScreen() {
  useTitle(t('rooms'));
  if (isWide.value)
    return (
      <Empty icon="messages-square" title={t('chooseRoom')} text={t('chooseRoomText')} isScreen>
        <button type="button" class="button" onClick={() => openDialog('newRoom')}>
          {t('newRoom')}
        </button>
      </Empty>
    );
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('rooms')}</h1>
        <IconButton icon="search" label={t('goTo')} onClick={() => openDialog('switcher')} />
        <IconButton icon="plus" label={t('newRoom')} onClick={() => openDialog('newRoom')} />
      </header>
      <div class="page rooms-page">
        <RoomList />
      </div>
    </>
  );
}
