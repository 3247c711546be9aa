/** Rooms that ask for the reader's attention. */
import type { RoomState, State } from '@koine/client';

const isLoud = ({ unread, notify, mentions }: RoomState): boolean =>
  mentions > 0 || (unread > 0 && notify !== 'nothing');

/** How many rooms have something new that is not muted. */
export const countLoud = ({ rooms }: State): number => Object.values(rooms).filter(isLoud).length;
