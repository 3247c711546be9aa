import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { toast } from '../ui/toasts.tsx';

export type Appealed = { readonly sanction: string };

export function AppealDialog({ data: { sanction }, onClose }: DialogProps<Appealed>) {
  const [words, setWords] = useState('');
  const send = async (event: Event) => {
    event.preventDefault();
    if (!(await attempt(() => client.moderation.appeal(sanction, words.trim())))) return;
    onClose();
    toast(t('appealSent'));
  };
  return (
    <Dialog title={t('answerSanction')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void send(event)}>
        <p class="hint">{t('appealHint')}</p>
        <div class="field">
          <label for="appeal-words">{t('appealWords')}</label>
          <textarea
            id="appeal-words"
            class="input"
            rows={4}
            maxLength={1_000}
            dir="auto"
            data-autofocus
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </div>
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary" disabled={words.trim() === ''}>
            {t('send')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
