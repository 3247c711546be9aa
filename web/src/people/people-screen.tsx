import type { Person } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { useTitle } from '../ui/use-title.ts';
import { usePages } from '../use-pages.ts';
import { FriendRequests } from './friend-requests.tsx';
import { pathOfPerson } from './links.ts';
import { PersonLine } from './person-line.tsx';
import { useWatch } from './use-watch.ts';

const TABS = [
  { name: 'all', to: '/people', text: 'everyone' },
  { name: 'friends', to: '/people/friends', text: 'friends' },
] as const;

export function PeopleScreen({ tab }: { readonly tab: 'all' | 'friends' }) {
  useTitle(t('people'));
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('people')}</h1>
        <nav class="segments" aria-label={t('whichPeople')}>
          {TABS.map(({ name, to, text }) => (
            <a key={name} href={href(to)} aria-current={name === tab ? 'page' : undefined}>
              {t(text)}
            </a>
          ))}
        </nav>
      </header>
      <div class="page">
        <div class="column">
          {tab === 'all' ? (
            <Directory />
          ) : (
            <>
              <FriendRequests />
              <Friends />
            </>
          )}
        </div>
      </div>
    </>
  );
}

const PAUSE = 200;

function Directory() {
  const [query, setQuery] = useState('');
  const search = (cursor?: string) => client.people.search(query.trim(), cursor);
  const { items: people, hasMore, failure, more } = usePages<Person>(search, [query], query === '' ? 0 : PAUSE);
  return (
    <>
      <SearchField label={t('findPeople')} value={query} onInput={setQuery} />
      {failure && <Empty icon="wifi-off" title={failure} />}
      {!failure && people === null && <Spinner />}
      {people?.length === 0 && <Empty icon="users" title={t('nobodyFound')} />}
      <People people={people ?? []} />
      <EndOfList hasMore={hasMore} onReach={more} />
    </>
  );
}

function Friends() {
  const friends = useKoine((state) => state.friends);
  const people = useKoine((state) => state.people);
  useEffect(() => void client.people.openFriends().catch(() => {}), []);
  if (friends === null) return <Spinner />;
  const known = Object.keys(friends)
    .map((id) => people[id])
    .filter((person) => person !== undefined)
    .sort((a, b) => Number(b.online ?? false) - Number(a.online ?? false) || nameOf(a).localeCompare(nameOf(b)));
  if (known.length === 0)
    return (
      <Empty icon="user-plus" title={t('noFriends')} text={t('noFriendsText')}>
        <a class="button" href={href('/people')}>
          {t('findPeople')}
        </a>
      </Empty>
    );
  return <People people={known} />;
}

function People({ people }: { readonly people: readonly Person[] }) {
  const current = useKoine((state) => state.people);
  useWatch(people.map(({ id }) => id));
  return (
    <ul class="people">
      {people.map((person) => (
        <li key={person.id}>
          <PersonLine person={current[person.id] ?? person} to={href(pathOfPerson(person))} />
        </li>
      ))}
    </ul>
  );
}
