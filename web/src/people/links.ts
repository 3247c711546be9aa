import type { Person } from '@koine/client';
import { href } from '../router.ts';

export const pathOfPerson = (person: Pick<Person, 'username'>): string => `/@${encodeURIComponent(person.username)}`;

/** For a link: nothing while the person is not known. */
export const linkToPerson = (person: Person | undefined): { href: string } | Record<never, never> =>
  person ? { href: href(pathOfPerson(person)) } : {};
