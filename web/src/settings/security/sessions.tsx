import type { Session } from '@koine/client';
import { t } from '../../i18n/i18n.ts';
import { fullTime, timeAgo } from '../../i18n/time.ts';
import { attempt, client } from '../../koine.ts';
import { Spinner } from '../../ui/empty.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { useNow } from '../../ui/use-now.ts';
import { useOwnList } from './use-own-list.ts';

const PHONE = /Android|iOS/;

export function Sessions() {
  const { items, remove, reload } = useOwnList(client.session.list);
  const end = async ({ id }: Session) => {
    if (await attempt(() => client.session.end(id))) remove(id);
  };
  const endOthers = async () => {
    if (await attempt(() => client.session.endOthers())) reload();
  };
  return (
    <section>
      <h2>{t('sessions')}</h2>
      <p class="hint">{t('sessionsHint')}</p>
      {items === null && <Spinner />}
      <ul class="sessions">
        {items?.map((session) => (
          <li key={session.id}>
            <Icon name={iconOf(session)} />
            <Names session={session} />
            {session.current ? (
              <span class="role">{t('thisOne')}</span>
            ) : (
              <button type="button" class="button" onClick={() => void end(session)}>
                {t('endSession')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {items !== null && items.length > 1 && (
        <div>
          <button type="button" class="button danger" onClick={() => void endOthers()}>
            {t('endOtherSessions')}
          </button>
        </div>
      )}
    </section>
  );
}

function Names({ session: { device, network, createdAt, usedAt, current } }: { readonly session: Session }) {
  const now = useNow();
  const used = current ? null : t('lastUsed', { time: timeAgo(usedAt, now) });
  return (
    <span class="names">
      <strong>{device ?? t('unknownDevice')}</strong>
      <span class="handle">{[network, used].filter(Boolean).join(' · ')}</span>
      <span class="handle">{t('since', { time: fullTime(createdAt) })}</span>
    </span>
  );
}

function iconOf({ device = '' }: Session): IconName {
  return PHONE.test(device) ? 'smartphone' : 'monitor';
}
