import type { AccessToken } from '@koine/client';
import { useState } from 'preact/hooks';
import { isStaff } from '../../community.ts';
import { TextField } from '../../gate/fields.tsx';
import { t } from '../../i18n/i18n.ts';
import { fullTime } from '../../i18n/time.ts';
import { attempt, client, useKoine } from '../../koine.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretList } from './secret-list.tsx';
import { useConfirmed } from './use-confirmed.tsx';
import { useOwnList } from './use-own-list.ts';

type Scope = AccessToken['scopes'][number];

const DAY = 86_400;
const DAYS = [7, 30, 90, 365] as const;

export function AccessTokens() {
  const { items, remove, reload } = useOwnList(client.credentials.tokens);
  const [made, setMade] = useState<string | null>(null);
  const revoke = async ({ id }: AccessToken) => {
    if (await attempt(() => client.credentials.revokeToken(id))) remove(id);
  };
  return (
    <section>
      <h2>{t('accessTokens')}</h2>
      <p class="hint">{t('accessTokensHint')}</p>
      <SecretList icon="terminal" items={items} onRemove={(item) => void revoke(item)} factsOf={factsOf} />
      <NewToken
        onMade={(token) => {
          setMade(token);
          reload();
        }}
      />
      {made && <SecretDialog title={t('newToken')} secrets={[made]} onClose={() => setMade(null)} />}
    </section>
  );
}

function NewToken({ onMade }: { readonly onMade: (token: string) => void }) {
  const isModerator = useKoine((state) => isStaff(state.me));
  const [name, setName] = useState('');
  const [days, setDays] = useState<number>(90);
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [confirmed, dialog] = useConfirmed();
  const offered: readonly Scope[] = isModerator ? ['read', 'write', 'moderate'] : ['read', 'write'];
  const choose = (scope: Scope, isChosen: boolean) =>
    setScopes((all) => (isChosen ? [...all, scope] : all.filter((one) => one !== scope)));
  const make = (event: Event) => {
    event.preventDefault();
    void confirmed(async () => {
      const wish = { name: name.trim(), scopes: [...scopes], expiresIn: days * DAY };
      onMade((await client.credentials.createToken(wish)).token);
      setName('');
    });
  };
  return (
    <form onSubmit={make}>
      <TextField id="token-name" label={t('programName')} value={name} onInput={setName} autocomplete="off" />
      <fieldset class="field">
        <legend class="label">{t('mayDo')}</legend>
        <div class="choices">
          {offered.map((scope) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => choose(scope, event.currentTarget.checked)}
              />
              {t(`scope_${scope}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="field">
        <label for="token-days">{t('inviteDays')}</label>
        <select
          id="token-days"
          class="input"
          value={days}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {t('daysCount', { n: one })}
            </option>
          ))}
        </select>
      </div>
      <div>
        <button type="submit" class="button" disabled={name.trim() === '' || scopes.length === 0}>
          {t('newToken')}
        </button>
      </div>
      {dialog}
    </form>
  );
}

function factsOf({ scopes, expiresAt }: AccessToken): string {
  return [...scopes.map((scope) => t(`scope_${scope}`)), t('expires', { time: fullTime(expiresAt) })].join(' · ');
}
