/** The permission tables of every dialect and of routes outside of dialects. */
import { BOARD } from './board.ts';
import { LOUNGE, RELAY } from './lobby.ts';
import { MESSENGER } from './messenger.ts';
import { PAGES } from './pages.ts';
import { SOCIAL } from './social.ts';

export const TABLES = [BOARD, SOCIAL, MESSENGER, RELAY, LOUNGE, PAGES];
