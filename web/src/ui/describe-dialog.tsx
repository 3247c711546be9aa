import '../styles/describe.css';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import type { Describe, DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from './dialog.tsx';
import { DialogActions } from './dialog-actions.tsx';

/** Characters. */
const MOST = 1_000;

/** A picture in words, for those who cannot see it. */
export function DescribeDialog({ data, onClose }: DialogProps<Describe>) {
  const [text, setText] = useState(data.alt);
  const save = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === data.alt || (await data.onSave(text.trim()))) onClose();
  };
  return (
    <Dialog title={t('describe')} onClose={onClose}>
      <form class="body describe" onSubmit={(event) => void save(event)}>
        <img src={data.preview} alt="" />
        <div class="field">
          <label for="alt">{t('altText')}</label>
          <textarea
            id="alt"
            class="input"
            data-autofocus
            rows={3}
            maxLength={MOST}
            dir="auto"
            aria-describedby="alt-note"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save(event);
            }}
          />
          <span id="alt-note" class="hint">
            {t('altHint')}
          </span>
        </div>
        <DialogActions action={t('save')} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
