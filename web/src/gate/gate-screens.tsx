/** The ways in. */
import { Problem } from '@koine/client';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, explain } from '../koine.ts';
import { href } from '../router.ts';
import { connect } from '../session.ts';
import { Icon } from '../ui/icon.tsx';
import { PasswordField, TextField } from './fields.tsx';

type GateProps = { readonly title: string; readonly text: string; readonly children: ComponentChildren };

export function Gate({ title, text, children }: GateProps) {
  useEffect(() => {
    document.title = `${title} – Koine`;
  }, [title]);
  return (
    <div class="gate">
      <main>
        <img class="logo" src="/app/icon.svg" alt="Koine" width="52" height="52" />
        <div>
          <h1>{title}</h1>
          <p>{text}</p>
        </div>
        {children}
      </main>
    </div>
  );
}

/** Submits a form: what failed is said above it, or beside the field that is meant. */
function useSubmit(work: () => Promise<unknown>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setWrong({});
    try {
      await work();
      await connect();
    } catch (error) {
      const errors = error instanceof Problem ? (error.details.errors ?? []) : [];
      setWrong(Object.fromEntries(errors.map(({ pointer, detail }) => [(pointer ?? '').replace(/^.*\//, ''), detail])));
      if (errors.length === 0) setFailure(explain(error));
    }
    setBusy(false);
  };
  return { isBusy, failure, wrong, submit };
}

function Failure({ text }: { readonly text: string | null }) {
  return (
    <div role="alert">
      {text !== null && (
        <p class="notice">
          <Icon name="circle-alert" />
          {text}
        </p>
      )}
    </div>
  );
}

export function SignInScreen() {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, failure, wrong, submit } = useSubmit(() => client.session.signIn({ login: login.trim(), password }));
  return (
    <Gate title={t('signIn')} text={t('signInText')}>
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
        <PasswordField
          id="password"
          label={t('password')}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          wrong={wrong.password}
        />
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {t('signIn')}
        </button>
      </form>
      <p>
        {t('newHereQuestion')} <a href={href('/sign-up')}>{t('signUp')}</a>
      </p>
    </Gate>
  );
}

export function SignUpScreen() {
  const [username, setUsername] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const account = { username: username.trim(), password, ...(name.trim() === '' ? {} : { name: name.trim() }) };
  const { isBusy, failure, wrong, submit } = useSubmit(() => client.session.signUp(account));
  return (
    <Gate title={t('signUp')} text={t('signUpText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
        <TextField
          id="username"
          label={t('username')}
          value={username}
          onInput={setUsername}
          autocomplete="username"
          hint={t('usernameHint')}
          wrong={wrong.username}
        />
        <TextField
          id="name"
          label={t('nameOptional')}
          value={name}
          onInput={setName}
          autocomplete="name"
          required={false}
          wrong={wrong.name}
        />
        <PasswordField
          id="password"
          label={t('password')}
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
          hint={t('passwordHint')}
          wrong={wrong.password}
        />
        <button type="submit" class="button primary wide" disabled={isBusy}>
          {t('signUp')}
        </button>
      </form>
      <p>
        {t('haveAccountQuestion')} <a href={href('/sign-in')}>{t('signIn')}</a>
      </p>
    </Gate>
  );
}

export function UnreachableScreen() {
  return (
    <Gate title={t('serverUnreachable')} text={t('serverUnreachableText')}>
      <button type="button" class="button primary wide" onClick={() => client.connectNow()}>
        {t('tryAgain')}
      </button>
    </Gate>
  );
}
