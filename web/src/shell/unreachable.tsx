import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { Empty } from '../ui/empty.tsx';

/** Nothing is known yet, and the server does not answer. */
export function Unreachable() {
  return (
    <main class="main">
      <Empty icon="wifi-off" title={t('serverUnreachable')} text={t('serverUnreachableText')} isScreen>
        <button type="button" class="button primary" onClick={() => client.connectNow()}>
          {t('tryAgain')}
        </button>
      </Empty>
    </main>
  );
}
