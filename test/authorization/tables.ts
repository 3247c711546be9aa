/** Who may do what, of every dialect and of what belongs to none. */
import { BOARD } from './board.ts';
import { LOUNGE, RELAY } from './lobby.ts';
import { MESSENGER } from './messenger.ts';
import { PAGES } from './pages.ts';
import { SOCIAL } from './social.ts';

export const TABLES = [BOARD, SOCIAL, MESSENGER, RELAY, LOUNGE, PAGES];
