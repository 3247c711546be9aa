import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { useKoine } from '../koine.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Icon } from '../ui/icon.tsx';
import { useNow } from '../ui/use-now.ts';

/** Says that the reader may not write, until when, and why. */
export function SilenceLine() {
  const silence = useKoine((state) => state.me?.silence);
  const now = useNow();
  if (!silence || (silence.until !== undefined && Date.parse(silence.until) <= now)) return null;
  const { id, until, reason, appealed } = silence;
  return (
    <div class="silence" role="status">
      <Icon name="ban" class="small" />
      <span>
        {until === undefined ? t('silencedForever') : t('silencedUntil', { time: fullTime(until) })}
        {reason !== '' && <q dir="auto">{reason}</q>}
      </span>
      {appealed ? (
        <span class="soft">{t('answered')}</span>
      ) : (
        <button type="button" class="button plain" onClick={() => openDialog('appeal', { sanction: id })}>
          {t('answerSanction')}
        </button>
      )}
    </div>
  );
}
