import '../styles/moderation.css';
import type { ReportReason, ReportSubject } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { toast } from '../ui/toasts.tsx';

export const REASONS = [
  'spam',
  'harassment',
  'hate',
  'violence',
  'sexual',
  'illegal',
  'other',
] as const satisfies ReportReason[];

/** `name`: of the person whose it is. */
export type Reported = { readonly subject: ReportSubject; readonly name: string };

export function ReportDialog({ data: { subject, name }, onClose }: DialogProps<Reported>) {
  const [reason, setReason] = useState<ReportReason>('spam');
  const [words, setWords] = useState('');
  const send = async (event: Event) => {
    event.preventDefault();
    if (!(await attempt(() => client.moderation.report(subject, reason, words.trim())))) return;
    onClose();
    toast(t('reported'));
  };
  return (
    <Dialog title={t(`report_${subject.kind}`, { name })} onClose={onClose}>
      <form class="body" onSubmit={(event) => void send(event)}>
        <p class="hint">{t('reportHint')}</p>
        <fieldset class="reasons">
          <legend>{t('reportReason')}</legend>
          {REASONS.map((one) => (
            <label key={one}>
              <input type="radio" name="reason" checked={reason === one} onChange={() => setReason(one)} />
              {t(`reason_${one}`)}
            </label>
          ))}
        </fieldset>
        <div class="field">
          <label for="report-words">{t('reportWords')}</label>
          <textarea
            id="report-words"
            class="input"
            rows={3}
            maxLength={1_000}
            dir="auto"
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </div>
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary">
            {t('sendReport')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
