import { useState } from 'preact/hooks';
import { PasswordField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { attempt, client } from '../../koine.ts';
import { connect } from '../../session.ts';
import { toast } from '../../ui/toasts.tsx';

export function PasswordChange() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const save = async (event: Event) => {
    event.preventDefault();
    if (!(await attempt(() => client.session.changePassword(next, current)))) return;
    setCurrent('');
    setNext('');
    await connect();
    toast(t('passwordChanged'));
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <h2>{t('changePassword')}</h2>
      <PasswordField
        id="current-password"
        label={t('currentPassword')}
        value={current}
        onInput={setCurrent}
        autocomplete="current-password"
      />
      <PasswordField
        id="new-password"
        label={t('newPassword')}
        value={next}
        onInput={setNext}
        autocomplete="new-password"
      />
      <div>
        <button type="submit" class="button primary" disabled={current === '' || next === ''}>
          {t('changePassword')}
        </button>
      </div>
    </form>
  );
}
