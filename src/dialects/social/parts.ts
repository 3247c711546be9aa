/** What social's routes are made of. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Core } from '../../core/core.ts';
import type { Callers } from './callers.ts';
import type { CookieOptions, Cookies } from './cookies.ts';
import type { Presenter } from './present.ts';

export type SocialCore = Pick<Core, 'accounts' | 'sessions' | 'feed' | 'friends' | 'chats' | 'media'>;

export type SocialOptions = CookieOptions & {
  /** Whether callers without a token are taken at their word (callers.ts). */
  readonly open: boolean;
  /** Characters. */
  readonly postLength: number;
};

export type SocialParts = {
  readonly core: SocialCore;
  readonly options: SocialOptions;
  readonly cookies: Cookies;
  readonly callers: Callers;
  readonly present: Presenter;
};

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
