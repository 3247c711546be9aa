import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { Spinner } from '../ui/empty.tsx';

type Shown = AnswerOf<'/v1/admin/settings', 'GET'>;

/** The settings in force; those of the environment come first. */
export function SettingsInForce() {
  const [settings, setSettings] = useState<Shown | null>(null);
  useEffect(() => void attempt(async () => setSettings(await client.request('GET', '/v1/admin/settings'))), []);
  if (settings === null) return <Spinner />;
  const sorted = [...settings.items].sort((one, other) => Number(other.isSet) - Number(one.isSet));
  return (
    <section>
      <p class="hint">{t('settingsHint')}</p>
      <table class="settings-table">
        <thead>
          <tr>
            <th scope="col">{t('setting')}</th>
            <th scope="col">{t('settingValue')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ name, value, isSet }) => (
            <tr key={name} data-set={isSet}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{value === '' ? <span class="hint">{t('settingUnset')}</span> : <code>{value}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
