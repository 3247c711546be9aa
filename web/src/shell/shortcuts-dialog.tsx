import '../styles/shortcuts.css';
import { isStaff } from '../community.ts';
import type { MessageKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { Dialog } from '../ui/dialog.tsx';
import type { DialogProps } from './dialogs.tsx';

const SHORTCUTS: readonly (readonly [keys: string, text: MessageKey])[] = [
  ['Ctrl+K', 'goTo'],
  ['Alt+↓ Alt+↑', 'keyNeighbours'],
  ['Alt+Shift+↓', 'keyNextUnread'],
  ['/', 'keyWrite'],
  ['↑', 'keyEditLast'],
  ['r e Del', 'keyMessage'],
  ['j k', 'keyItems'],
  ['l Enter', 'keyPost'],
  ['Enter', 'keySend'],
  ['Shift+Enter', 'keyNewLine'],
  ['Esc', 'keyCancel'],
  ['Ctrl+Z', 'keyUndo'],
  ['g f', 'feed'],
  ['g l', 'lobby'],
  ['g r', 'rooms'],
  ['g p', 'people'],
  ['g n', 'notifications'],
  ['g s', 'settings'],
  ['g a', 'administration'],
  ['?', 'keyThis'],
];

export function ShortcutsDialog({ onClose }: DialogProps<undefined>) {
  const isAdministrator = useKoine((state) => isStaff(state.me));
  const shown = SHORTCUTS.filter(([, text]) => text !== 'administration' || isAdministrator);
  return (
    <Dialog title={t('shortcuts')} onClose={onClose}>
      <div class="body" tabIndex={0}>
        <dl class="shortcuts">
          {shown.map(([keys, text]) => (
            <div key={keys}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{t(text)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
