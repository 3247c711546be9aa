import '../styles/settings.css';
import '../styles/security.css';
import '../styles/hooks.css';
import type { IncomingHook, NewIncomingHook } from '@koine/client';
import { useState } from 'preact/hooks';
import { TextField } from '../gate/fields.tsx';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { SecretDialog } from '../settings/security/secret-dialog.tsx';
import { SecretList } from '../settings/security/secret-list.tsx';
import { useOwnList } from '../settings/security/use-own-list.ts';
import { ConfirmDialog, type DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconButton } from '../ui/icon.tsx';
import { OutgoingHooks } from './outgoing-hooks.tsx';

/** The incoming and outgoing hooks of a room. */
export function HooksDialog({ data: { room }, onClose }: DialogProps<{ readonly room: string }>) {
  return (
    <Dialog title={t('hooks')} onClose={onClose}>
      <div class="body hooks">
        <IncomingHooks room={room} />
        <OutgoingHooks room={room} />
      </div>
    </Dialog>
  );
}

const nameOf = ({ author }: IncomingHook): string => author.name ?? author.username;

function IncomingHooks({ room }: { readonly room: string }) {
  const { items, remove, reload } = useOwnList(() => client.hooks.incoming(room));
  const [name, setName] = useState('');
  const [made, setMade] = useState<readonly string[] | null>(null);
  const [renewed, setRenewed] = useState<IncomingHook | null>(null);
  const tell = ({ slackPath, discordPath }: NewIncomingHook) =>
    setMade([slackPath, discordPath].map((path) => new URL(path, location.href).href));
  const make = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      tell(await client.hooks.createIncoming(room, name.trim()));
      setName('');
      reload();
    });
  };
  const renew = ({ id }: IncomingHook) => void attempt(async () => tell(await client.hooks.renewIncoming(room, id)));
  const revoke = async ({ id }: { readonly id: string }) => {
    if (await attempt(() => client.hooks.removeIncoming(room, id))) remove(id);
  };
  return (
    <section>
      <h3>{t('incomingHooks')}</h3>
      <p class="hint">{t('incomingHooksHint')}</p>
      <SecretList
        icon="log-in"
        items={items?.map((hook) => ({ ...hook, name: nameOf(hook) })) ?? null}
        onRemove={(hook) => void revoke(hook)}
        actionsOf={(hook) => (
          <IconButton
            icon="refresh-cw"
            label={t('newAddressFor', { name: hook.name })}
            onClick={() => setRenewed(hook)}
          />
        )}
      />
      <form class="one-line" onSubmit={make}>
        <TextField id="hook-name" label={t('hookName')} value={name} onInput={setName} autocomplete="off" />
        <button type="submit" class="button" disabled={name.trim() === ''}>
          {t('newHook')}
        </button>
      </form>
      {renewed && (
        <ConfirmDialog
          data={{
            title: t('newAddress'),
            text: t('newAddressText', { name: nameOf(renewed) }),
            action: t('newAddress'),
            run: () => renew(renewed),
          }}
          onClose={() => setRenewed(null)}
        />
      )}
      {made && <SecretDialog title={t('hookAddresses')} secrets={made} onClose={() => setMade(null)} />}
    </section>
  );
}
