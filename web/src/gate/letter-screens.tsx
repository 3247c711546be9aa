/** Screens that links of letters lead to, that ask for such letters, and of the rules. */
import { useEffect, useState } from 'preact/hooks';
import { community } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { client, explain } from '../koine.ts';
import { href } from '../router.ts';
import { PasswordField, TextField } from './fields.tsx';
import { Failure, Gate, useSubmit } from './gate.tsx';

/** The community's rules, also for anyone who has no account. */
export function RulesScreen() {
  return (
    <Gate title={t('rules')} text={community.value?.rules ?? t('noRules')}>
      <ToSignIn />
    </Gate>
  );
}

/** Asks for a letter by which a forgotten password is replaced. */
export function ForgotScreen() {
  const [login, setLogin] = useState('');
  const [isAsked, setAsked] = useState(false);
  const { isBusy, failure, wrong, submit } = useSubmit(async () => {
    await client.request('POST', '/v1/resets', { json: { login: login.trim() } });
    setAsked(true);
  });
  if (isAsked)
    return (
      <Gate title={t('letterAsked')} text={t('letterAskedText')}>
        <ToSignIn />
      </Gate>
    );
  return (
    <Gate title={t('forgotPassword')} text={t('forgotPasswordText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
        <TextField
          id="login"
          label={t('login')}
          value={login}
          onInput={setLogin}
          autocomplete="username"
          wrong={wrong.login}
        />
        <button type="submit" class="button primary wide" disabled={isBusy || login.trim() === ''}>
          {t('sendLetter')}
        </button>
      </form>
      <ToSignIn />
    </Gate>
  );
}

/** By the link of a letter: its secret is behind the `#`. */
export function ResetScreen() {
  const [secret] = useState(takeSecret);
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const { isBusy, failure, code, wrong, submit } = useSubmit(async () => {
    await client.request('PUT', '/v1/resets', { json: { secret, password } });
    setDone(true);
  });
  if (isDone)
    return (
      <Gate title={t('passwordReset')} text={t('passwordResetText')}>
        <ToSignIn />
      </Gate>
    );
  if (code === 'not_found') return <LinkGone />;
  return (
    <Gate title={t('choosePassword')} text={t('choosePasswordText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
        <PasswordField
          id="password"
          label={t('newPassword')}
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
          hint={t('passwordHint')}
          wrong={wrong.password}
        />
        <button type="submit" class="button primary wide" disabled={isBusy || password === ''}>
          {t('changePassword')}
        </button>
      </form>
    </Gate>
  );
}

/** By the link of a letter, on any device, signed in or not. */
export function VerifyScreen() {
  const [outcome, setOutcome] = useState<'open' | 'done' | 'gone' | string>('open');
  useEffect(() => {
    client.request('PUT', '/v1/verifications', { json: { secret: takeSecret() } }).then(
      () => setOutcome('done'),
      (error: unknown) => setOutcome((error as { code?: string }).code === 'not_found' ? 'gone' : explain(error)),
    );
  }, []);
  if (outcome === 'gone') return <LinkGone />;
  const title = outcome === 'done' ? t('emailVerified') : t('verifyingEmail');
  return (
    <Gate title={title} text={outcome === 'done' ? t('emailVerifiedText') : ''}>
      <div aria-live="polite">
        <Failure text={outcome === 'open' || outcome === 'done' ? null : outcome} />
      </div>
      <a class="button wide" href={href('/')}>
        {t('goOn')}
      </a>
    </Gate>
  );
}

/** It stays in no history. */
function takeSecret(): string {
  const secret = location.hash.slice(1);
  history.replaceState(history.state, '', location.pathname);
  return secret;
}

function LinkGone() {
  return (
    <Gate title={t('linkGone')} text={t('linkGoneText')}>
      <ToSignIn />
    </Gate>
  );
}

function ToSignIn() {
  return (
    <a class="button wide" href={href('/sign-in')}>
      {t('signIn')}
    </a>
  );
}
