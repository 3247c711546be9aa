import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { locale, t } from '../i18n/i18n.ts';
import { PasswordField, TextField } from './fields.tsx';

/** The name and the password of an account that is to be made. */
export function useNewAccount() {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  return {
    account: { username: username.trim(), password, language: locale() },
    fields: { username, setUsername, password, setPassword },
  };
}

type Props = {
  readonly fields: ReturnType<typeof useNewAccount>['fields'];
  readonly label: string;
  readonly hint: string;
  readonly wrong: Readonly<Record<string, string>>;
  /** Between the two. */
  readonly children?: ComponentChildren;
};

export function AccountFields({ fields, label, hint, wrong, children }: Props) {
  return (
    <>
      <TextField
        id="username"
        label={label}
        value={fields.username}
        onInput={fields.setUsername}
        autocomplete="username"
        hint={hint}
        wrong={wrong.username}
      />
      {children}
      <PasswordField
        id="password"
        label={t('password')}
        value={fields.password}
        onInput={fields.setPassword}
        autocomplete="new-password"
        hint={t('passwordHint')}
        wrong={wrong.password}
      />
    </>
  );
}
