import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { PasswordField } from '../gate/fields.tsx';
import { bytesText } from '../i18n/amounts.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { endSession } from '../session.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';
import { Icon } from '../ui/icon.tsx';

export function AccountSection() {
  const me = useKoine((state) => state.me);
  const [isDeleting, setDeleting] = useState(false);
  return (
    <>
      <section>
        <h2>{t('signedInAs', { name: `@${me?.username ?? ''}` })}</h2>
        <div>
          <button
            type="button"
            class="button"
            onClick={() => void attempt(() => endSession(() => client.session.signOut()))}
          >
            <Icon name="log-out" class="small" />
            {t('signOut')}
          </button>
        </div>
      </section>
      <UsageSection />
      <section>
        <h2>{t('export')}</h2>
        <p class="hint">{t('exportHint')}</p>
        <div>
          <a class="button" href="/v1/me/export" download="">
            <Icon name="download" class="small" />
            {t('downloadExport')}
          </a>
        </div>
      </section>
      <section>
        <h2>{t('deleteAccount')}</h2>
        <p class="hint">{t('deleteAccountHint')}</p>
        <div>
          <button type="button" class="button danger" onClick={() => setDeleting(true)}>
            {t('deleteAccount')}
          </button>
        </div>
      </section>
      {isDeleting && <DeleteDialog onClose={() => setDeleting(false)} />}
    </>
  );
}

function UsageSection() {
  const [usage, setUsage] = useState<AnswerOf<'/v1/me/usage', 'GET'> | null>(null);
  useEffect(() => void attempt(async () => setUsage(await client.request('GET', '/v1/me/usage'))), []);
  if (usage === null) return null;
  const { bytes, quota } = usage;
  const of = { bytes: bytesText(bytes), quota: bytesText(quota ?? 0) };
  return (
    <section>
      <h2>{t('usage')}</h2>
      <p class="hint">{t(quota === null ? 'usageHint' : 'usageOfHint', of)}</p>
      {quota !== null && <meter aria-label={t('usage')} min={0} max={quota} high={quota * 0.9} value={bytes} />}
    </section>
  );
}

function DeleteDialog({ onClose }: { readonly onClose: () => void }) {
  const [password, setPassword] = useState('');
  const remove = async (event: Event) => {
    event.preventDefault();
    await attempt(() => endSession(() => client.session.deleteAccount(password)));
  };
  return (
    <Dialog title={t('deleteAccount')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void remove(event)}>
        <p>{t('deleteAccountText')}</p>
        <PasswordField
          id="delete-password"
          label={t('password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
        />
        <DialogActions action={t('deleteForever')} onCancel={onClose} disabled={password === ''} danger />
      </form>
    </Dialog>
  );
}
