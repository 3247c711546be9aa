/** The dependencies of koine's routes. */
import type { Core } from '../../core/core.ts';
import type { LiveFrames } from '../../core/live/streams.ts';
import type { CookieOptions, Cookies } from '../shared/cookies.ts';
import type { KoineCallers } from './callers.ts';
import type { Presenter } from './present.ts';

/** Characters. */
type Lengths = {
  readonly messageLength: number;
  readonly postLength: number;
  readonly titleLength: number;
  readonly commentLength: number;
  readonly bioLength: number;
};

export type KoineOptions = CookieOptions &
  Lengths & {
    /** Whether accounts sign in here. */
    readonly localAccounts: boolean;
    /** Seconds until a socket must have said hello. */
    readonly sockets: { readonly authTimeout: number };
  };

export type KoineParts = {
  readonly core: Core;
  readonly options: KoineOptions;
  readonly cookies: Cookies;
  readonly callers: KoineCallers;
  readonly present: Presenter;
  /** The events of live connections. */
  readonly frames: LiveFrames;
};
