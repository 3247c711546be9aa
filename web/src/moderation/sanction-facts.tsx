import type { Sanction } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';

const LASTING: readonly string[] = ['silence', 'suspension', 'ban'];

export const isInForce = ({ kind, liftedAt, until }: Sanction): boolean =>
  LASTING.includes(kind) && liftedAt === undefined && (until === undefined || Date.parse(until) > Date.now());

/** A sanction's kind, times and reason. */
export function SanctionFacts({ sanction }: { readonly sanction: Sanction }) {
  const { kind, reason, createdAt, until, liftedAt, appeal } = sanction;
  const facts = [
    fullTime(createdAt),
    liftedAt !== undefined && t('liftedAt', { time: fullTime(liftedAt) }),
    liftedAt === undefined && until !== undefined && t('until', { time: fullTime(until) }),
    liftedAt === undefined && until === undefined && LASTING.includes(kind) && t('forever'),
    appeal !== undefined && t('answered'),
  ];
  return (
    <span class="names">
      <strong>{t(`sanction_${kind}`)}</strong>
      <span class="handle">{facts.filter(Boolean).join(' · ')}</span>
      {reason !== '' && <p dir="auto">{reason}</p>}
    </span>
  );
}
