import type { Member, RoomState } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { client, useKoine } from '../koine.ts';
import { useWatch } from '../people/use-watch.ts';

/** Who belongs to the room, with roles; in the lobby, who is in it. Read again when somebody comes or goes. */
export function useMembers(room: RoomState): readonly Member[] {
  const [members, setMembers] = useState<readonly Member[]>([]);
  const people = useKoine((state) => state.people);
  useEffect(() => {
    void client.rooms.members(room.id).then(
      ({ items }) => setMembers(items),
      () => {},
    );
  }, [room.id, room.membersCount, room.members]);
  useWatch(members.map(({ id }) => id));
  return members.map((member) => ({ ...member, ...people[member.id] }));
}
