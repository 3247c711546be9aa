import type { Page, Person } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { href } from '../router.ts';
import { pathOfPerson } from './links.ts';
import { PersonLine } from './person-line.tsx';

/** People who asked the reader to become a friend. */
export function FriendRequests() {
  const [people, setPeople] = useState<readonly Person[]>([]);
  useEffect(() => {
    const read = async () => {
      const page: Page<Person> = await client.request('GET', '/v1/friend-requests');
      setPeople(page.items);
    };
    void read().catch(() => {});
  }, []);
  const answer = (person: Person, work: () => Promise<unknown>) =>
    void attempt(async () => {
      await work();
      setPeople((all) => all.filter(({ id }) => id !== person.id));
    });
  if (people.length === 0) return null;
  return (
    <section class="requests">
      <h2>{t('friendRequests')}</h2>
      <ul class="people">
        {people.map((person) => (
          <li key={person.id}>
            <PersonLine person={person} to={href(pathOfPerson(person))} />
            <div class="actions">
              <button
                type="button"
                class="button primary"
                onClick={() => answer(person, () => client.people.befriend(person.id))}
              >
                {t('acceptRequest')}
              </button>
              <button
                type="button"
                class="button"
                onClick={() =>
                  answer(person, () =>
                    client.request('DELETE', '/v1/friend-requests/{personId}', { path: { personId: person.id } }),
                  )
                }
              >
                {t('declineRequest')}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
