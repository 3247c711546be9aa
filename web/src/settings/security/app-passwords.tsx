import { useState } from 'preact/hooks';
import { TextField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { attempt, client } from '../../koine.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretList } from './secret-list.tsx';
import { useConfirmed } from './use-confirmed.tsx';
import { useOwnList } from './use-own-list.ts';

export function AppPasswords() {
  const { items, remove, reload } = useOwnList(client.credentials.appPasswords);
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const [confirmed, dialog] = useConfirmed();
  const make = (event: Event) => {
    event.preventDefault();
    void confirmed(async () => {
      setMade((await client.credentials.createAppPassword(name.trim())).password);
      setName('');
      reload();
    });
  };
  const revoke = async ({ id }: { readonly id: string }) => {
    if (await attempt(() => client.credentials.revokeAppPassword(id))) remove(id);
  };
  return (
    <section>
      <h2>{t('appPasswords')}</h2>
      <p class="hint">{t('appPasswordsHint')}</p>
      <SecretList icon="key-round" items={items} onRemove={(item) => void revoke(item)} />
      <form class="one-line" onSubmit={make}>
        <TextField id="app-name" label={t('programName')} value={name} onInput={setName} autocomplete="off" />
        <button type="submit" class="button" disabled={name.trim() === ''}>
          {t('newAppPassword')}
        </button>
      </form>
      {made && <SecretDialog title={t('newAppPassword')} secrets={[made]} onClose={() => setMade(null)} />}
      {dialog}
    </section>
  );
}
