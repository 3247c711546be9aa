/** The dependencies of social's routes. */

import type { Core } from '../../core/core.ts';
import type { CookieOptions, Cookies } from '../shared/cookies.ts';
import type { SocialCallers } from './callers.ts';
import type { Presenter } from './present.ts';

export type SocialCore = Pick<Core, 'accounts' | 'sessions' | 'posts' | 'likes' | 'friends' | 'rooms' | 'media'>;

export type SocialOptions = CookieOptions & {
  /** Whether a caller without a token is believed to be the account whose id it sends (callers.ts). */
  readonly open: boolean;
  /** Characters. */
  readonly postLength: number;
};

export type SocialParts = {
  readonly core: SocialCore;
  readonly options: SocialOptions;
  readonly cookies: Cookies;
  readonly callers: SocialCallers;
  readonly present: Presenter;
};
