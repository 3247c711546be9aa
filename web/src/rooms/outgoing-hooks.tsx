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

/** Their names in the dictionary. */
const OFFERED = {
  'message.created': 'event_messageCreated',
  'message.edited': 'event_messageEdited',
  'message.deleted': 'event_messageDeleted',
  'reaction.added': 'event_reactionAdded',
  'member.joined': 'event_memberJoined',
  'member.left': 'event_memberLeft',
} as const;

type Offered = keyof typeof OFFERED;

const isOffered = (event: EventType): event is Offered => event in OFFERED;

const nameOfEvent = (event: EventType): string => (isOffered(event) ? t(OFFERED[event]) : event);

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
            <IconButton
              icon="clock"
              label={t('deliveries')}
              expanded={shown === id}
              onClick={() => setShown(shown === id ? null : id)}
            />
          </>
        )}
      />
      {items
        ?.filter(({ id }) => id === shown)
        .map(({ id, url }) => (
          <Deliveries key={id} hook={id} url={url} />
        ))}
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
  return failingSince ? t('hookFailing') : events.map(nameOfEvent).join(', ');
}

function Deliveries({ hook, url }: { readonly hook: string; readonly url: string }) {
  const now = useNow();
  const { items, reload } = useOwnList(() => client.hooks.deliveries(hook));
  const again = ({ id }: Delivery) => void attempt(() => client.hooks.redeliver(hook, id)).then(reload);
  if (items === null) return null;
  return (
    <div class="deliveries">
      <h4>{t('deliveriesTo', { url })}</h4>
      {items.length === 0 && <p class="hint">{t('noDeliveries')}</p>}
      <ul>
        {items.map((delivery) => (
          <li key={delivery.id}>
            <span class={isTaken(delivery) ? 'status' : 'status failed'}>{delivery.status ?? '—'}</span>
            <span class="names">
              <span>{nameOfEvent(delivery.event)}</span>
              <span class="handle">
                {[
                  delivery.error && reasonOf(delivery.error),
                  t('took', { ms: delivery.duration }),
                  timeAgo(delivery.createdAt, now),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </span>
            <IconButton icon="undo-2" label={t('sendAgain')} onClick={() => again(delivery)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The server tells it in English. */
function reasonOf(error: string): string {
  if (error === 'no answer in time') return t('hookTimeout');
  const [, code] = /^no connection \((.*)\)$/.exec(error) ?? [];
  return code === undefined ? t('hookNotAllowed') : t('hookNoConnection', { code });
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
          {(Object.keys(OFFERED) as Offered[]).map((one) => (
            <label key={one}>
              <input
                type="checkbox"
                checked={events.includes(one)}
                onChange={(event) => choose(one, event.currentTarget.checked)}
              />
              {nameOfEvent(one)}
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
