import { useEffect, useState } from 'preact/hooks';
import { community } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client, explainCode } from '../koine.ts';
import { href } from '../router.ts';
import { useServer } from '../server.ts';
import { Icon } from '../ui/icon.tsx';
import { PasswordField, TextField } from './fields.tsx';
import { Failure, Gate, useSubmit } from './gate.tsx';
import { ProviderButtons, useWays } from './provider-buttons.tsx';

export function SignInScreen() {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const ways = useWays();
  const [typed, setTyped] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const proof = { login: login.trim(), password, ...(typed !== '' && { code: typed.trim() }) };
  const { isBusy, failure, code, wrong, submit } = useSubmit(() => client.session.signIn(proof));
  useEffect(() => {
    if (code === 'code_required') setNeedsCode(true);
  }, [code]);
  const hasMail = useServer()?.mail ?? false;
  return (
    <Gate title={t('signIn')} text={t('signInText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={code === 'code_required' ? null : (failure ?? providerFailure())} />
        {community.value?.needsSetup && <SetupNotice />}
        <TextField
          id="login"
          label={t('login')}
          value={login}
          onInput={setLogin}
          autocomplete="username"
          wrong={wrong.login}
        />
        <PasswordField
          id="password"
          label={t('password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          wrong={wrong.password}
        />
        {needsCode && <CodeField value={typed} onInput={setTyped} />}
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {t('signIn')}
        </button>
      </form>
      {(code === 'suspended' || code === 'banned') && <AppealForm proof={proof} />}
      {ways?.password !== false && <PasskeyButton />}
      <ProviderButtons providers={ways?.providers ?? []} />
      {hasMail && (
        <p>
          <a href={href('/forgot')}>{t('forgotPassword')}</a>
        </p>
      )}
      <p>
        {t('newHereQuestion')} <a href={href('/sign-up')}>{t('signUp')}</a>
      </p>
    </Gate>
  );
}

/** The provider sent the browser back without a sign-in. */
function providerFailure(): string | null {
  const code = new URLSearchParams(location.search).get('failed');
  if (code === null) return null;
  return code === 'bad_credentials' ? t('providerFailed') : explainCode(code);
}

/** The form for appeals, for excluded accounts. */
function AppealForm({ proof }: { readonly proof: Parameters<typeof client.moderation.appealOutside>[0] }) {
  const [words, setWords] = useState('');
  const [isSent, setSent] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    if (await attempt(() => client.moderation.appealOutside(proof, words.trim()))) setSent(true);
  };
  if (isSent) return <p class="notice calm">{t('appealSent')}</p>;
  return (
    <form onSubmit={(event) => void send(event)}>
      <TextField
        id="appeal"
        label={t('appealWords')}
        hint={t('appealHint')}
        value={words}
        onInput={setWords}
        autocomplete="off"
      />
      <button type="submit" class="button wide" disabled={words.trim() === ''}>
        {t('answerSanction')}
      </button>
    </form>
  );
}

/** It comes into view when the password was right, and has the focus. */
function CodeField({ value, onInput }: { readonly value: string; readonly onInput: (value: string) => void }) {
  useEffect(() => document.getElementById('code')?.focus(), []);
  return (
    <TextField
      id="code"
      label={t('code')}
      hint={t('codeHint')}
      value={value}
      onInput={onInput}
      autocomplete="one-time-code"
    />
  );
}

/** The library comes when it is needed. */
function PasskeyButton() {
  const { isBusy, failure, submit } = useSubmit(async () => {
    const { askPasskey } = await import('./passkeys.ts');
    const proof = await askPasskey();
    if (proof) await client.session.signInByPasskey(proof);
  });
  if (!('PublicKeyCredential' in globalThis)) return null;
  return (
    <>
      <Failure text={failure} />
      <button type="button" class="button wide" disabled={isBusy} onClick={(event) => void submit(event)}>
        <Icon name="key-round" class="small" />
        {t('signInByPasskey')}
      </button>
    </>
  );
}

function SetupNotice() {
  return (
    <p class="notice calm">
      <Icon name="info" />
      {t('needsSetup')}
    </p>
  );
}
