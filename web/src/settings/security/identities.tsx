import { useEffect, useState } from 'preact/hooks';
import { useWays } from '../../gate/provider-buttons.tsx';
import { t } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time.ts';
import { attempt, client } from '../../koine.ts';
import { Icon } from '../../ui/icon.tsx';
import { useConfirmed } from './use-confirmed.tsx';

/** The providers where one signs in, or may from now on. Without any there is nothing to show. */
export function Identities() {
  const ways = useWays();
  const [linked, setLinked] = useState<ReadonlyMap<string, string>>(new Map());
  const [confirmed, dialog] = useConfirmed();
  const read = async () => {
    const { items } = await client.credentials.identities();
    setLinked(new Map(items.map(({ provider, createdAt }) => [provider, createdAt])));
  };
  useEffect(() => void attempt(read), []);
  if (!ways || ways.providers.length === 0) return null;
  const link = (id: string) => confirmed(async () => location.assign(await client.credentials.linkIdentity(id)));
  const unlink = (id: string) =>
    confirmed(async () => {
      await client.credentials.removeIdentity(id);
      await read();
    });
  return (
    <section>
      <h2>{t('identities')}</h2>
      <p class="hint">{t('identitiesHint')}</p>
      <ul class="sessions">
        {ways.providers.map(({ id, name }) => {
          const since = linked.get(id);
          return (
            <li key={id}>
              <Icon name="log-in" />
              <span class="names">
                <strong>{name}</strong>
                {since !== undefined && <span class="handle">{t('since', { time: fullTime(since) })}</span>}
              </span>
              <button type="button" class="button" onClick={() => void (since === undefined ? link(id) : unlink(id))}>
                {t(since === undefined ? 'linkIdentity' : 'unlinkIdentity')}
              </button>
            </li>
          );
        })}
      </ul>
      {dialog}
    </section>
  );
}
