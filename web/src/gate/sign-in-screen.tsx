import { useState } from 'preact/hooks';
import { community } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { href } from '../router.ts';
import { Icon } from '../ui/icon.tsx';
import { PasswordField, TextField } from './fields.tsx';
import { Failure, Gate, useSubmit } from './gate.tsx';

export function SignInScreen() {
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, failure, wrong, submit } = useSubmit(() => client.session.signIn({ login: login.trim(), password }));
  return (
    <Gate title={t('signIn')} text={t('signInText')}>
      <form onSubmit={(event) => void submit(event)}>
        <Failure text={failure} />
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

function SetupNotice() {
  return (
    <p class="notice calm">
      <Icon name="info" />
      {t('needsSetup')}
    </p>
  );
}
