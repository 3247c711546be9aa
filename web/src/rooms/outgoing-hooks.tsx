import '../styles/community.css';
import type { Delivery, Hook } from '@koine/client';
import { useState } from 'preact/hooks';
import { TextField } from '../gate/fields.tsx';
import { t } from '../i18n/i18n.ts';
import { timeAgo } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { SecretDialog } from '../settings/security/secret-dialog.tsx';
import { SecretList } from '../settings/security/secret-list.tsx';
import { useOwnList } from '../settings/security/use-own-list.ts';
import { IconButton } from '../ui/icon.tsx';
import { useNow } from '../ui/use-now.ts';

type EventType = Hook['events'][number];

const OFFERED: readonly EventType[] = [
  ...(['message.created', 'message.edited', 'message.deleted'] as const),
  ...(['reaction.added', 'member.joined', 'member.left'] as const),
];

/** Events of the room that are sent elsewhere. */
export function OutgoingHooks({ room }: { readonly room: string }) {
  const { items, remove, reload } = useOwnList(() => client.hooks.list(room));
  const [secret, setSecret] = useState<string | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const drop = async ({ id }: { readonly id: string }) => {
    if (await attempt(() => client.hooks.remove(id))) remove(id);
  };
  const turnOn = (id: string) => void attempt(() => client.hooks.change(id, { enabled: true })).then(reload);
  return (
    <section>
      <h3>{t('outgoingHooks')}</h3>
      <p class="hint">{t('outgoingHooksHint')}</p>
      <SecretList
        icon="external-link"
        items={items?.map((hook) => ({ ...hook, name: hook.url })) ?? null}
        onRemove={(hook) => void drop(hook)}
        factsOf={stateOf}
        actionsOf={({ id, offSince }) => (
          <>
            {offSince && (
              <button type="button" class="button" onClick={() => turnOn(id)}>
                {t('turnOn')}
              </button>
            )}
            <IconButton icon="clock" label={t('deliveries')} onClick={() => setShown(shown === id ? null : id)} />
          </>
        )}
      />
      {shown && <Deliveries key={shown} hook={shown} />}
      <NewOutgoing
        room={room}
        onMade={(made) => {
          setSecret(made);
          reload();
        }}
      />
      {secret && <SecretDialog title={t('hookSecret')} secrets={[secret]} onClose={() => setSecret(null)} />}
    </section>
  );
}

function stateOf({ offSince, failingSince, events }: Hook): string {
  if (offSince) return t('hookOff');
  return failingSince ? t('hookFailing') : events.join(', ');
}

function Deliveries({ hook }: { readonly hook: string }) {
  const now = useNow();
  const { items, reload } = useOwnList(() => client.hooks.deliveries(hook));
  const again = ({ id }: Delivery) => void attempt(() => client.hooks.redeliver(hook, id)).then(reload);
  if (items?.length === 0) return <p class="hint">{t('noDeliveries')}</p>;
  return (
    <ul class="deliveries" aria-label={t('deliveries')}>
      {items?.map((delivery) => (
        <li key={delivery.id}>
          <span class={isTaken(delivery) ? 'status' : 'status failed'}>{delivery.status ?? '—'}</span>
          <span class="names">
            <span>{delivery.event}</span>
            <span class="handle">
              {[delivery.error, t('took', { ms: delivery.duration }), timeAgo(delivery.createdAt, now)]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
          <IconButton icon="undo-2" label={t('sendAgain')} onClick={() => again(delivery)} />
        </li>
      ))}
    </ul>
  );
}

function isTaken({ status }: Delivery): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function NewOutgoing({ room, onMade }: { readonly room: string; readonly onMade: (secret: string) => void }) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly EventType[]>(['message.created']);
  const choose = (event: EventType, isChosen: boolean) =>
    setEvents((all) => (isChosen ? [...all, event] : all.filter((one) => one !== event)));
  const make = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      onMade((await client.hooks.create({ room, url: url.trim(), events: [...events] })).secret);
      setUrl('');
    });
  };
  return (
    <form onSubmit={make}>
      <TextField id="hook-url" label={t('hookUrl')} value={url} onInput={setUrl} autocomplete="off" />
      <fieldset class="field">
        <legend class="label">{t('hookEvents')}</legend>
        <div class="choices">
          {OFFERED.map((one) => (
            <label key={one}>
              <input
                type="checkbox"
                checked={events.includes(one)}
                onChange={(event) => choose(one, event.currentTarget.checked)}
              />
              {one}
            </label>
          ))}
        </div>
      </fieldset>
      <div>
        <button type="submit" class="button" disabled={url.trim() === '' || events.length === 0}>
          {t('newHook')}
        </button>
      </div>
    </form>
  );
}
