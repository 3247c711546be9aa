import '../styles/outgoing.css';
import type { Outgoing } from '@koine/client';
import { Problem } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { explain, useIsLive } from '../koine.ts';
import { Icon } from './icon.tsx';

type Props = {
  readonly outgoing: Pick<Outgoing, 'status' | 'problem'>;
  readonly onRetry: () => void;
  readonly onDiscard: () => void;
};

/** Why something that was written is not with the others yet, and what one can do. */
export function OutgoingState({ outgoing: { status, problem }, onRetry, onDiscard }: Props) {
  const isLive = useIsLive();
  if (status === 'failed')
    return (
      <p class="state failed" role="alert">
        <Icon name="circle-alert" class="small" />
        <span>{problem ? explain(new Problem(problem)) : t('notSent')}</span>
        <button type="button" class="button plain" onClick={onRetry}>
          {t('tryAgain')}
        </button>
        <button type="button" class="button plain danger" onClick={onDiscard}>
          {t('discard')}
        </button>
      </p>
    );
  if (isLive || status === 'sent') return null;
  return (
    <p class="state">
      <Icon name="clock" class="small" />
      <span>{t('waitsForConnection')}</span>
      {status === 'waiting' && (
        <button type="button" class="button plain danger" onClick={onDiscard}>
          {t('discard')}
        </button>
      )}
    </p>
  );
}
