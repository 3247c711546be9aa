import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import { PasswordField, TextField } from '../../gate/fields.tsx';
import { Failure } from '../../gate/gate.tsx';
import { t } from '../../i18n/i18n.ts';
import { client, explain, isCode } from '../../koine.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toasts.tsx';

type Work = () => Promise<unknown>;

/** Runs what needs a recent sign-in: if it was too long ago, a dialog asks for the password first. @returns that, and the dialog */
export function useConfirmed(): readonly [(work: Work) => Promise<void>, ComponentChild] {
  const [waiting, setWaiting] = useState<Work | null>(null);
  const run = async (work: Work) => {
    try {
      await work();
    } catch (error) {
      if (isCode(error, 'confirmation_required')) setWaiting(() => work);
      else toast(explain(error));
    }
  };
  const close = () => setWaiting(null);
  const dialog = waiting && (
    <ConfirmDialog
      onClose={close}
      onConfirmed={() => {
        close();
        void run(waiting);
      }}
    />
  );
  return [run, dialog];
}

function ConfirmDialog({ onClose, onConfirmed }: { readonly onClose: () => void; readonly onConfirmed: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async (event: Event) => {
    event.preventDefault();
    try {
      await client.credentials.confirm({ password, ...(code !== null && { code }) });
      onConfirmed();
    } catch (error) {
      if (isCode(error, 'code_required')) setCode('');
      else setFailure(explain(error));
    }
  };
  return (
    <Dialog title={t('confirmYou')} onClose={onClose}>
      <form class="body" onSubmit={(event) => void confirm(event)}>
        <p>{t('confirmYouText')}</p>
        <Failure text={failure} />
        <PasswordField
          id="confirm-password"
          label={t('password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
        />
        {code !== null && (
          <TextField id="confirm-code" label={t('code')} value={code} onInput={setCode} autocomplete="one-time-code" />
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary" disabled={password === ''}>
            {t('proceed')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
