import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { Icon } from '../ui/icon.tsx';

/** A connection that is back within this time was never missed, in ms. */
const GRACE = 2_500;

/** Says that what is shown may be old. */
export function ConnectionLine() {
  const status = useKoine((state) => state.connection.status);
  const isLive = status === 'live' || status === 'stopped';
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (isLive) return;
    const timer = setTimeout(() => setLate(true), GRACE);
    return () => clearTimeout(timer);
  }, [isLive]);
  return (
    <div role="status">
      {isLate && !isLive && (
        <div class="connection">
          <Icon name="wifi-off" class="small" />
          {t('notConnected')}
          <button type="button" class="button plain" onClick={() => client.connectNow()}>
            {t('tryAgain')}
          </button>
        </div>
      )}
    </div>
  );
}
