import '../styles/settings.css';
import '../styles/security.css';
import '../styles/hooks.css';
import type { IncomingHook } from '@koine/client';
import { useState } from 'preact/hooks';
import { TextField } from '../gate/fields.tsx';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { SecretDialog } from '../settings/security/secret-dialog.tsx';
import { SecretList } from '../settings/security/secret-list.tsx';
import { useOwnList } from '../settings/security/use-own-list.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';
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
  const make = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      const { slackPath, discordPath } = await client.hooks.createIncoming(room, name.trim());
      setMade([slackPath, discordPath].map((path) => new URL(path, location.href).href));
      setName('');
      reload();
    });
  };
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
      />
      <form class="one-line" onSubmit={make}>
        <TextField id="hook-name" label={t('hookName')} value={name} onInput={setName} autocomplete="off" />
        <button type="submit" class="button" disabled={name.trim() === ''}>
          {t('newHook')}
        </button>
      </form>
      {made && <SecretDialog title={t('hookAddresses')} secrets={made} onClose={() => setMade(null)} />}
    </section>
  );
}
