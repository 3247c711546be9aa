import type { AnswerOf } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';

type Privacy = AnswerOf<'/v1/me', 'GET'>['privacy'];

const ACTS = ['write', 'add', 'befriend'] as const satisfies (keyof Privacy)[];
const CIRCLES = ['everybody', 'friends_of_friends', 'friends', 'nobody'] as const satisfies Privacy['write'][];

/** Circles that may write to the reader, add them to groups, and become their friend without asking. */
export function PrivacySection() {
  const privacy = useKoine((state) => state.me?.privacy);
  if (!privacy) return null;
  const set = (act: keyof Privacy, circle: Privacy['write']) =>
    void attempt(() => client.session.change({ privacy: { [act]: circle } }));
  return (
    <section>
      <p class="hint">{t('privacyHint')}</p>
      {ACTS.map((act) => (
        <div key={act} class="field">
          <label for={`privacy-${act}`}>{t(`privacy_${act}`)}</label>
          <select
            id={`privacy-${act}`}
            class="input"
            value={privacy[act]}
            aria-describedby={`privacy-${act}-note`}
            onChange={(event) => set(act, event.currentTarget.value as Privacy['write'])}
          >
            {CIRCLES.map((circle) => (
              <option key={circle} value={circle}>
                {t(`circle_${circle}`)}
              </option>
            ))}
          </select>
          <span id={`privacy-${act}-note`} class="hint">
            {t(`privacy_${act}_hint`)}
          </span>
        </div>
      ))}
    </section>
  );
}
