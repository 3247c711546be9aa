import type { NewSignUpBan, SignUpBan } from '@koine/client';
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { fullTime } from '../i18n/time.ts';
import { attempt, client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { IconButton } from '../ui/icon.tsx';
import { useAll } from './use-all.ts';

const WAYS = ['namePattern', 'emailDomain', 'network'] as const satisfies (keyof NewSignUpBan)[];
type Way = (typeof WAYS)[number];

/** Names, e-mail domains and networks from which nobody joins. */
export function BansSection() {
  const [bans, change] = useAll(client.moderation.signUpBans);
  const [way, setWay] = useState<Way>('namePattern');
  const [text, setText] = useState('');
  const add = async (event: Event) => {
    event.preventDefault();
    await attempt(async () => {
      await client.moderation.banSignUps({ [way]: text.trim() });
      const { items } = await client.moderation.signUpBans();
      change(() => items);
      setText('');
    });
  };
  const lift = (id: string) =>
    attempt(async () => {
      await client.moderation.lift(id);
      change((all) => all.filter((one) => one.id !== id));
    });
  return (
    <section>
      <p class="hint">{t('bansHint')}</p>
      <form class="new-invite" onSubmit={(event) => void add(event)}>
        <div class="field">
          <label for="ban-way">{t('banWay')}</label>
          <select id="ban-way" class="input" value={way} onChange={(event) => setWay(event.currentTarget.value as Way)}>
            {WAYS.map((one) => (
              <option key={one} value={one}>
                {t(`ban_${one}`)}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="ban-text">{t(`ban_${way}`)}</label>
          <input
            id="ban-text"
            class="input"
            placeholder={t(`banExample_${way}`)}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button primary" disabled={text.trim() === ''}>
          {t('add')}
        </button>
      </form>
      {bans === null && <Spinner />}
      {bans?.length === 0 && <Empty icon="ban" title={t('noBans')} />}
      <ul class="sessions">
        {bans?.map((ban) => (
          <li key={ban.id}>
            <span class="names">
              <strong>{ban.namePattern ?? ban.emailDomain ?? ban.network}</strong>
              <span class="handle">{factsOf(ban)}</span>
            </span>
            <IconButton icon="trash-2" label={t('lift')} onClick={() => void lift(ban.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function factsOf({ creator, createdAt, until, reason }: SignUpBan): string {
  const end = until === undefined ? '' : t('until', { time: fullTime(until) });
  return [creator && nameOf(creator), fullTime(createdAt), end, reason].filter(Boolean).join(' · ');
}
