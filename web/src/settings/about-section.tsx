import { community, communityName } from '../community.ts';
import { t } from '../i18n/i18n.ts';

/** The community and its rules. */
export function AboutSection() {
  const rules = community.value?.rules;
  return (
    <section>
      <h2>{communityName()}</h2>
      {rules === undefined ? (
        <p class="hint">{t('noRules')}</p>
      ) : (
        <>
          <h3>{t('rules')}</h3>
          <p class="rules-text" dir="auto">
            {rules}
          </p>
        </>
      )}
    </section>
  );
}
