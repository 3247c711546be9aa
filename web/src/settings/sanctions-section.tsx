import { useAll } from '../admin/use-all.ts';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { isInForce, SanctionFacts } from '../moderation/sanction-facts.tsx';
import { openDialog } from '../shell/dialogs.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';

/** Sanctions against the reader, who may answer them. */
export function SanctionsSection() {
  const [sanctions] = useAll(client.moderation.ownSanctions);
  return (
    <section>
      <p class="hint">{t('ownSanctionsHint')}</p>
      {sanctions === null && <Spinner />}
      {sanctions?.length === 0 && <Empty icon="shield" title={t('noSanctions')} />}
      <ul class="sessions">
        {sanctions?.map((sanction) => (
          <li key={sanction.id} class={isInForce(sanction) ? 'current' : undefined}>
            <SanctionFacts sanction={sanction} />
            {sanction.liftedAt === undefined && sanction.appeal === undefined && (
              <button type="button" class="button" onClick={() => openDialog('appeal', { sanction: sanction.id })}>
                {t('answerSanction')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
