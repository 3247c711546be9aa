import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { PasswordField, TextField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { attempt, client } from '../../koine.ts';
import { useServer } from '../../server.ts';
import { toast } from '../../ui/toasts.tsx';

type OwnEmail = AnswerOf<'/v1/me/email', 'GET'>;

/** The e-mail address, whether it is verified, and another one. */
export function EmailChange() {
  const hasMail = useServer()?.mail ?? false;
  const [own, setOwn] = useState<OwnEmail | null>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => void attempt(async () => setOwn(await client.request('GET', '/v1/me/email'))), []);
  const save = (event: Event) => {
    event.preventDefault();
    return attempt(async () => {
      setOwn(await client.request('PUT', '/v1/me/email', { json: { email: email.trim(), password } }));
      setEmail('');
      setPassword('');
      toast(t(hasMail ? 'letterSent' : 'emailChanged'));
    });
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <h2>{t('emailAddress')}</h2>
      {own !== null && <OwnAddress own={own} hasMail={hasMail} />}
      <TextField
        id="new-email"
        label={t('newEmail')}
        value={email}
        onInput={setEmail}
        autocomplete="email"
        hint={t(hasMail ? 'newEmailHint' : 'noMailHint')}
      />
      <PasswordField
        id="email-password"
        label={t('currentPassword')}
        value={password}
        onInput={setPassword}
        autocomplete="current-password"
      />
      <div>
        <button type="submit" class="button primary" disabled={email.trim() === '' || password === ''}>
          {t('changeEmail')}
        </button>
      </div>
    </form>
  );
}

function OwnAddress({ own, hasMail }: { readonly own: OwnEmail; readonly hasMail: boolean }) {
  const resend = () =>
    attempt(async () => {
      await client.request('POST', '/v1/verifications');
      toast(t('letterSent'));
    });
  const waits = own.pending ?? (own.verified ? null : own.email);
  return (
    <>
      <p>
        {own.email ?? t('noEmail')}
        {own.verified && <span class="hint"> · {t('verified')}</span>}
      </p>
      {hasMail && waits !== null && (
        <p class="notice calm">
          <span>{t('emailWaits', { email: waits })}</span>
          <button type="button" class="button" onClick={() => void resend()}>
            {t('sendAgain')}
          </button>
        </p>
      )}
    </>
  );
}
