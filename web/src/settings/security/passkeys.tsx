import type { Passkey } from '@koine/client';
import { useState } from 'preact/hooks';
import { TextField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { attempt, client } from '../../koine.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon.tsx';
import { SecretList } from './secret-list.tsx';
import { useConfirmed } from './use-confirmed.tsx';
import { useOwnList } from './use-own-list.ts';

export function Passkeys() {
  const { items, remove, reload } = useOwnList(client.credentials.passkeys);
  const [name, setName] = useState('');
  const [renamed, setRenamed] = useState<Passkey | null>(null);
  const [confirmed, dialog] = useConfirmed();
  const add = (event: Event) => {
    event.preventDefault();
    void confirmed(async () => {
      // The library comes when it is needed.
      const { makePasskey } = await import('../../gate/passkeys.ts');
      if (!(await makePasskey(name.trim()))) return;
      setName('');
      reload();
    });
  };
  const removeOne = ({ id }: Passkey) =>
    confirmed(async () => {
      await client.credentials.removePasskey(id);
      remove(id);
    });
  return (
    <section>
      <h2>{t('passkeys')}</h2>
      <p class="hint">{t('passkeysHint')}</p>
      <SecretList
        icon="key-round"
        items={items}
        onRemove={(item) => void removeOne(item)}
        actionsOf={(item) => (
          <IconButton icon="pencil" label={t('renameNamed', { name: item.name })} onClick={() => setRenamed(item)} />
        )}
      />
      {'PublicKeyCredential' in globalThis ? (
        <form class="one-line" onSubmit={add}>
          <TextField id="passkey-name" label={t('deviceName')} value={name} onInput={setName} autocomplete="off" />
          <button type="submit" class="button" disabled={name.trim() === ''}>
            {t('newPasskey')}
          </button>
        </form>
      ) : (
        <p class="hint">{t('noPasskeysHere')}</p>
      )}
      {renamed && (
        <RenameDialog
          passkey={renamed}
          onClose={() => {
            setRenamed(null);
            reload();
          }}
        />
      )}
      {dialog}
    </section>
  );
}

function RenameDialog({ passkey, onClose }: { readonly passkey: Passkey; readonly onClose: () => void }) {
  const [name, setName] = useState(passkey.name);
  const rename = async (event: Event) => {
    event.preventDefault();
    if (await attempt(() => client.credentials.renamePasskey(passkey.id, name.trim()))) onClose();
  };
  return (
    <Dialog title={t('renameNamed', { name: passkey.name })} onClose={onClose}>
      <form class="body" onSubmit={(event) => void rename(event)}>
        <TextField id="passkey-new-name" label={t('deviceName')} value={name} onInput={setName} autocomplete="off" />
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" class="button primary" disabled={name.trim() === ''}>
            {t('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
