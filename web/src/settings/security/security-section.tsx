import '../../styles/security.css';
import { AccessTokens } from './access-tokens.tsx';
import { AppPasswords } from './app-passwords.tsx';
import { EmailChange } from './email-change.tsx';
import { Identities } from './identities.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordChange } from './password-change.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

export function SecuritySection() {
  return (
    <>
      <PasswordChange />
      <Passkeys />
      <SecondFactor />
      <Identities />
      <EmailChange />
      <Sessions />
      <AppPasswords />
      <AccessTokens />
    </>
  );
}
