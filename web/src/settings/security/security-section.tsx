import { PasswordChange } from './password-change.tsx';
import { Sessions } from './sessions.tsx';

export function SecuritySection() {
  return (
    <>
      <PasswordChange />
      <Sessions />
    </>
  );
}
