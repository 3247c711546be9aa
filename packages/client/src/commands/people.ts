import { absorbPeople } from '../absorb.ts';
import { type Parts, segment } from '../parts.ts';
import { withEntry, withFields, withoutEntry } from '../records.ts';
import type { Page, Person } from '../shapes.ts';
import type { State } from '../state.ts';

type Relation = 'friends' | 'blocks' | 'mutes';

export type PeopleCommands = ReturnType<typeof peopleCommands>;

/** The directory, friends, blocks and mutes. Each @throws Problem. */
export function peopleCommands({ rest, store }: Parts) {
  async function readPage(path: string, query: Record<string, string | undefined>): Promise<Page<Person>> {
    return store.read(
      async () => (await rest.call<Page<Person>>('GET', path, { query })).body,
      (state, page) => absorbPeople(state, page.items),
    );
  }

  /** Reads all pages into the state. */
  async function readAll(relation: Relation): Promise<void> {
    const people: Person[] = [];
    await store.read(
      async () => {
        for (let cursor: string | undefined; ; ) {
          const { body } = await rest.call<Page<Person>>('GET', `/v1/${relation}`, { query: { cursor } });
          people.push(...body.items);
          if (body.next === null) return people;
          cursor = body.next;
        }
      },
      (state) => ({
        ...absorbPeople(state, people),
        [relation]: Object.fromEntries(people.map(({ id }) => [id, true as const])),
      }),
    );
  }

  async function set(relation: Relation, person: string, isOne: boolean): Promise<void> {
    const predict = (state: State) => {
      const known = state[relation] ?? {};
      return withFields(state, { [relation]: isOne ? withEntry(known, person, true) : withoutEntry(known, person) });
    };
    const path = `/v1/${relation}/${segment(person)}`;
    await store.predict(path, predict, () => rest.call(isOne ? 'PUT' : 'DELETE', path));
  }

  return {
    search: (query: string, cursor?: string): Promise<Page<Person>> => readPage('/v1/people', { query, cursor }),

    /** `person`: an id, or `@` and a username. */
    read: async (person: string): Promise<Person> =>
      store.read(
        async () => (await rest.call<Person>('GET', `/v1/people/${segment(person)}`)).body,
        (state, answer) => absorbPeople(state, [answer]),
      ),

    /** Into `state.friends`. */
    openFriends: (): Promise<void> => readAll('friends'),
    /** Not everybody becomes a friend without being asked. `person`: an id. */
    befriend: async (person: string): Promise<'friends' | 'asked'> => {
      const { status } = await rest.call('PUT', `/v1/friends/${segment(person)}`);
      if (status === 202) return 'asked';
      store.update((state) => withFields(state, { friends: withEntry(state.friends ?? {}, person, true) }));
      return 'friends';
    },
    unfriend: (person: string): Promise<void> => set('friends', person, false),

    /** Into `state.blocks`. */
    openBlocks: (): Promise<void> => readAll('blocks'),
    block: (person: string): Promise<void> => set('blocks', person, true),
    unblock: (person: string): Promise<void> => set('blocks', person, false),

    /** Into `state.mutes`. */
    openMutes: (): Promise<void> => readAll('mutes'),
    mute: (person: string): Promise<void> => set('mutes', person, true),
    unmute: (person: string): Promise<void> => set('mutes', person, false),
  };
}
