import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { type PushState, pushState, turnOffPush, turnOnPush } from '../push.ts';

type PushSettings = AnswerOf<'/v1/me', 'GET'>['push'];

const NIGHT = { from: '22:00', to: '07:00' };

/** Push notifications of this browser, and the quiet hours of the account. */
export function NotificationsSection() {
  const settings = useKoine((state) => state.me?.push);
  return (
    <>
      <ThisBrowser />
      {settings && <Settings settings={settings} />}
    </>
  );
}

function ThisBrowser() {
  const [state, setState] = useState<PushState>(pushState);
  const [isOffered, setOffered] = useState(true);
  useEffect(() => {
    void client.notifications.pushKey().then(
      (key) => setOffered(key !== null),
      () => {},
    );
  }, []);
  const turn = async (work: () => Promise<void>) => {
    await attempt(work);
    setState(pushState());
  };
  return (
    <section>
      <h2>{t('pushHere')}</h2>
      <p class="hint" role="status">
        {t(isOffered ? `push_${state}` : 'pushNotOffered')}
      </p>
      {isOffered && (state === 'off' || state === 'on') && (
        <div>
          <button
            type="button"
            class={state === 'off' ? 'button primary' : 'button'}
            onClick={() => void turn(state === 'off' ? turnOnPush : turnOffPush)}
          >
            {t(state === 'off' ? 'pushTurnOn' : 'pushTurnOff')}
          </button>
        </div>
      )}
    </section>
  );
}

function Settings({ settings: { text, quietHours } }: { readonly settings: PushSettings }) {
  const set = (push: Partial<PushSettings>) => void attempt(() => client.session.change({ push }));
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <section>
      <h2>{t('pushOnAll')}</h2>
      <div class="choices">
        <label>
          <input type="checkbox" checked={text} onChange={(event) => set({ text: event.currentTarget.checked })} />
          {t('pushText')}
        </label>
        <label>
          <input
            type="checkbox"
            checked={quietHours !== null}
            onChange={(event) => set({ quietHours: event.currentTarget.checked ? { ...NIGHT, timeZone } : null })}
          />
          {t('quietHours')}
        </label>
      </div>
      {quietHours !== null && (
        <fieldset class="field quiet-hours">
          <legend class="label">{t('quietHoursIn', { zone: quietHours.timeZone.replaceAll('_', ' ') })}</legend>
          {(['from', 'to'] as const).map((end) => (
            <label key={end}>
              {t(`quiet_${end}`)}
              <input
                type="time"
                class="input"
                required
                value={quietHours[end]}
                onChange={({ currentTarget: { value } }) => {
                  if (value !== '') set({ quietHours: { ...quietHours, timeZone, [end]: value } });
                }}
              />
            </label>
          ))}
        </fieldset>
      )}
    </section>
  );
}
