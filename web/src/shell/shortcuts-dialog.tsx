import '../styles/shortcuts.css';
import { type MessageKey, t } from '../i18n/i18n.ts';
import { Dialog } from '../ui/dialog.tsx';
import type { DialogProps } from './dialogs.tsx';

const SHORTCUTS: readonly (readonly [keys: string, text: MessageKey])[] = [
  ['Ctrl+K', 'goTo'],
  ['Alt+↓ Alt+↑', 'keyNeighbours'],
  ['Alt+Shift+↓', 'keyNextUnread'],
  ['/', 'keyWrite'],
  ['↑', 'keyEditLast'],
  ['r e Del', 'keyMessage'],
  ['Enter', 'keySend'],
  ['Shift+Enter', 'keyNewLine'],
  ['Esc', 'keyCancel'],
  ['g f', 'feed'],
  ['g l', 'lobby'],
  ['g r', 'rooms'],
  ['g p', 'people'],
  ['g n', 'notifications'],
  ['g s', 'settings'],
  ['?', 'keyThis'],
];

export function ShortcutsDialog({ onClose }: DialogProps<undefined>) {
  return (
    <Dialog title={t('shortcuts')} onClose={onClose}>
      <div class="body" tabIndex={0}>
        <dl class="shortcuts">
          {SHORTCUTS.map(([keys, text]) => (
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
