import '../styles/moderation.css';
import type { Cleanup, RaidEnd } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** How often it is asked how far the cleanup is, in ms. */
const ASKED_EVERY = 1_000;

/** Ends an invitation together with all who joined by it. */
export function RaidDialog({ data: { code }, onClose }: DialogProps<{ readonly code: string }>) {
  const [sanction, setSanction] = useState<RaidEnd['sanction']>('ban');
  const [purge, setPurge] = useState(true);
  const [cleanup, setCleanup] = useState<Cleanup | null>(null);
  useEffect(() => {
    if (!cleanup || cleanup.done) return;
    const timer = setTimeout(
      () => void attempt(async () => setCleanup(await client.moderation.cleanup(cleanup.id))),
      ASKED_EVERY,
    );
    return () => clearTimeout(timer);
  }, [cleanup]);
  const end = (event: Event) => {
    event.preventDefault();
    void attempt(async () => setCleanup(await client.moderation.endRaid(code, { sanction, purge })));
  };
  return (
    <Dialog title={t('endRaid')} onClose={onClose}>
      {cleanup ? (
        <div class="body" role="status">
          <p>{t(cleanup.done ? 'raidEnded' : 'raidEnding', { n: cleanup.accounts, texts: cleanup.texts })}</p>
          <div class="actions">
            <button type="button" class="button primary" onClick={onClose}>
              {t('close')}
            </button>
          </div>
        </div>
      ) : (
        <form class="body" onSubmit={end}>
          <p>{t('endRaidText')}</p>
          <fieldset class="reasons">
            <legend>{t('sanctionKind')}</legend>
            {(['suspension', 'ban'] as const).map((one) => (
              <label key={one}>
                <input type="radio" name="raid" checked={sanction === one} onChange={() => setSanction(one)} />
                {t(`sanction_${one}`)}
              </label>
            ))}
            <label>
              <input type="checkbox" checked={purge} onChange={(event) => setPurge(event.currentTarget.checked)} />
              {t('raidPurge')}
            </label>
          </fieldset>
          <div class="actions">
            <button type="button" class="button" onClick={onClose}>
              {t('cancel')}
            </button>
            <button type="submit" class="button primary danger">
              {t('endRaid')}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
