/** The dependencies of board's routes. */
import type { Core } from '../../core/core.ts';
import type { BoardCallers } from './callers.ts';

export type BoardCore = Pick<Core, 'accounts' | 'sessions' | 'posts' | 'likes' | 'comments' | 'board'>;

export type BoardOptions = {
  /** Whether a caller without a token is believed to be the owner whose id it sends (callers.ts). */
  readonly open: boolean;
  /** Characters. */
  readonly postLength: number;
  readonly titleLength: number;
  readonly commentLength: number;
};

export type BoardParts = {
  readonly core: BoardCore;
  readonly options: BoardOptions;
  readonly callers: BoardCallers;
};
