import '../styles/person-picker.css';
import type { Person } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { PersonLine } from './person-line.tsx';

type Props = {
  readonly chosen: readonly Person[];
  readonly onChange: (chosen: readonly Person[]) => void;
  /** Ids of people who are not offered. */
  readonly without?: readonly string[];
};

const PAUSE = 200;

/** Chooses people from the directory. */
export function PersonPicker({ chosen, onChange, without = [] }: Props) {
  const [query, setQuery] = useState('');
  const found = useFound(query.trim());
  const me = client.state.me?.id;
  const offered = found.filter(({ id }) => id !== me && !without.includes(id));
  const isChosen = (person: Person) => chosen.some(({ id }) => id === person.id);
  const toggle = (person: Person) =>
    onChange(isChosen(person) ? chosen.filter(({ id }) => id !== person.id) : [...chosen, person]);
  return (
    <div class="person-picker">
      {chosen.length > 0 && (
        <ul class="chosen">
          {chosen.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                class="chip reach"
                onClick={() => toggle(person)}
                aria-label={t('removePerson', { name: nameOf(person) })}
              >
                <Avatar id={person.id} name={nameOf(person)} url={person.avatarUrl} size="1.375rem" />
                <span class="name" dir="auto">
                  {nameOf(person)}
                </span>
                <Icon name="x" class="small" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SearchField label={t('findPeople')} value={query} onInput={setQuery} focused />
      <ul class="offered">
        {offered.map((person) => (
          <li key={person.id}>
            <PersonLine person={person} size="2.25rem" isChoice>
              <input type="checkbox" checked={isChosen(person)} onChange={() => toggle(person)} />
            </PersonLine>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The directory, or what fits the query. */
function useFound(query: string): readonly Person[] {
  const [found, setFound] = useState<readonly Person[]>([]);
  useEffect(() => {
    const ask = () =>
      client.people.search(query).then(
        ({ items }) => setFound(items),
        () => setFound([]),
      );
    const timer = setTimeout(ask, query === '' ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [query]);
  return found;
}
