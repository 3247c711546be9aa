import type { Member, RoomState } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { client, useKoine } from '../koine.ts';
import { useWatch } from '../people/use-watch.ts';
import { useReading } from '../use-reading.ts';

/** The members of the room, with roles, read again when somebody comes or goes; of the lobby, who may be in it. */
export function useMembers(room: RoomState): readonly Member[] {
  const [members, setMembers] = useState<readonly Member[]>([]);
  const people = useKoine((state) => state.people);
  const read = () =>
    room.kind === 'lobby' ? neighbours(room.id) : client.rooms.members(room.id).then(({ items }) => items);
  const [roleChanges, setRoleChanges] = useState(0);
  useEffect(
    () => client.on('member.changed', (event) => event.room === room.id && setRoleChanges((n) => n + 1)),
    [room.id],
  );
  useReading(() => read().then(setMembers), [room.id, room.kind, room.membersCount, room.members, roleChanges]);
  useWatch(members.map(({ id }) => id));
  return members.map((member) => ({ ...member, ...people[member.id] }));
}

/** The lobby is of everybody: those who wrote in it lately, and the beginning of the directory. */
async function neighbours(room: string): Promise<readonly Member[]> {
  const { items } = await client.people.search('');
  const { timelines, people, me } = client.state;
  const authors = timelines[room]?.items.map(({ author }) => people[author]) ?? [];
  const all = [me, ...authors, ...items].filter((person) => person != null);
  return [...new Map(all.map((person) => [person.id, { ...person, role: 'member' as const }])).values()];
}
