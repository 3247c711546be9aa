import type { RoomState } from '@koine/client';
import { useKoine } from '../koine.ts';
import { Avatar } from '../ui/avatar.tsx';
import { partnerOf, titleOf } from './names.ts';

type Props = { readonly room: RoomState; readonly size?: string };

export function RoomAvatar({ room, size }: Props) {
  const title = useKoine((state) => titleOf(room, state));
  const partner = useKoine((state) => partnerOf(room, state));
  const sized = size === undefined ? {} : { size };
  if (partner)
    return <Avatar id={partner.id} name={title} url={partner.avatarUrl} online={partner.online} {...sized} />;
  const kind = room.kind === 'lobby' ? 'lobby' : 'group';
  return <Avatar id={room.id} name={title} url={room.avatarUrl} kind={kind} {...sized} />;
}
