/** The permission tables of every dialect and of routes outside of dialects. */
import { BOARD } from './board.ts';
import { HOOKS } from './hooks.ts';
import { KOINE } from './koine.ts';
import { LOUNGE, RELAY } from './lobby.ts';
import { MESSENGER } from './messenger.ts';
import { PAGES } from './pages.ts';
import { SOCIAL } from './social.ts';

export const TABLES = [KOINE, BOARD, SOCIAL, MESSENGER, RELAY, LOUNGE, HOOKS, PAGES];
