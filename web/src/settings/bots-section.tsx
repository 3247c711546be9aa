import '../styles/security.css';
import '../styles/hooks.css';
import type { AccessToken, Person } from '@koine/client';
import { useState } from 'preact/hooks';
import { TextField } from '../gate/fields.tsx';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/icon.tsx';
import { SecretDialog } from './security/secret-dialog.tsx';
import { SecretList } from './security/secret-list.tsx';
import { useConfirmed } from './security/use-confirmed.tsx';
import { useOwnList } from './security/use-own-list.ts';

/** Bots of the account, and their tokens. */
export function BotsSection() {
  const { items, remove, reload } = useOwnList(client.bots.list);
  return (
    <section>
      <h2>{t('section_bots')}</h2>
      <p class="hint">{t('botsHint')}</p>
      <ul class="bots">
        {items?.map((bot) => (
          <Bot key={bot.id} bot={bot} onRemoved={() => remove(bot.id)} />
        ))}
      </ul>
      <NewBot onMade={reload} />
    </section>
  );
}

function Bot({ bot, onRemoved }: { readonly bot: Person; readonly onRemoved: () => void }) {
  const name = bot.name ?? bot.username;
  const { items, remove, reload } = useOwnList(() => client.bots.tokens(bot.id));
  const [made, setMade] = useState<string | null>(null);
  const [confirmed, dialog] = useConfirmed();
  const make = () =>
    void confirmed(async () => {
      const wish = { name, scopes: ['read' as const, 'write' as const], expiresIn: YEAR };
      setMade((await client.bots.createToken(bot.id, wish)).token);
      reload();
    });
  const revoke = async ({ id }: AccessToken) => {
    if (await attempt(() => client.bots.revokeToken(bot.id, id))) remove(id);
  };
  const removeBot = () =>
    openDialog('confirm', {
      title: t('removeNamed', { name }),
      text: t('removeBotText'),
      action: t('delete'),
      run: () => void attempt(() => client.bots.remove(bot.id)).then((removed) => removed && onRemoved()),
    });
  return (
    <li>
      <div class="head">
        <Avatar id={bot.id} name={name} url={bot.avatarUrl} />
        <span class="names">
          <strong>{name}</strong>
          <span class="handle">@{bot.username}</span>
        </span>
        <span class="tail">
          <button type="button" class="button" onClick={make}>
            {t('newToken')}
          </button>
          <IconButton icon="trash-2" label={t('removeNamed', { name })} onClick={removeBot} />
        </span>
      </div>
      <SecretList
        icon="key-round"
        items={items}
        onRemove={(item) => void revoke(item)}
        factsOf={({ expiresAt }) => t('expires', { time: fullTime(expiresAt) })}
      />
      {dialog}
      {made && <SecretDialog title={t('newToken')} secrets={[made]} onClose={() => setMade(null)} />}
    </li>
  );
}

/** Seconds. */
const YEAR = 365 * 86_400;

function NewBot({ onMade }: { readonly onMade: () => void }) {
  const [username, setUsername] = useState('');
  const make = async (event: Event) => {
    event.preventDefault();
    if (!(await attempt(() => client.bots.create({ username: username.trim() })))) return;
    setUsername('');
    onMade();
  };
  return (
    <form class="one-line" onSubmit={(event) => void make(event)}>
      <TextField id="bot-name" label={t('username')} value={username} onInput={setUsername} autocomplete="off" />
      <button type="submit" class="button" disabled={username.trim() === ''}>
        {t('newBot')}
      </button>
    </form>
  );
}
