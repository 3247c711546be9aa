import { t } from '../../i18n/i18n.ts';
import { copy } from '../../rooms/message-actions.ts';
import { Dialog } from '../../ui/dialog.tsx';

type Props = { readonly title: string; readonly secrets: readonly string[]; readonly onClose: () => void };

/** Shows what is shown once. */
export function SecretDialog({ title, secrets, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="body">
        <p>{t('shownOnce')}</p>
        <ul class="secrets">
          {secrets.map((secret) => (
            <li key={secret}>
              <code>{secret}</code>
            </li>
          ))}
        </ul>
        <div class="actions">
          <button type="button" class="button" onClick={() => void copy(secrets.join('\n'))}>
            {t('copyText')}
          </button>
          <button type="button" class="button primary" onClick={onClose}>
            {t('done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
