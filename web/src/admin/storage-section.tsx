import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { bytesText } from '../i18n/amounts.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import { Spinner } from '../ui/empty.tsx';

/** Stored bytes by account. */
export function StorageSection() {
  const [storage, setStorage] = useState<AnswerOf<'/v1/admin/storage', 'GET'> | null>(null);
  useEffect(() => void attempt(async () => setStorage(await client.request('GET', '/v1/admin/storage'))), []);
  if (storage === null) return <Spinner />;
  const most = storage.largest[0]?.bytes ?? 1;
  return (
    <section>
      <p>{t('storageTotal', { n: storage.accounts, bytes: bytesText(storage.bytes) })}</p>
      <p class="hint">{t('storageHint')}</p>
      <ul class="sessions shares">
        {storage.largest.map(({ person, bytes }) => (
          <li key={person.id}>
            <PersonLine person={person} to={href(pathOfPerson(person))} />
            <span class="role">{bytesText(bytes)}</span>
            <span class="share" aria-hidden="true" style={{ inlineSize: `${Math.max(1, (bytes / most) * 100)}%` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
