/** The dependencies of messenger's routes. */
import type { Core } from '../../core/core.ts';
import type { Callers } from '../shared/callers.ts';
import type { MessagePresenter } from './present.ts';

export type MessengerCore = Pick<
  Core,
  'accounts' | 'sessions' | 'tokenPairs' | 'profiles' | 'posts' | 'friends' | 'rooms' | 'media'
>;

/** Characters. */
export type MessengerOptions = {
  readonly messageLength: number;
  readonly postLength: number;
  readonly titleLength: number;
  readonly bioLength: number;
};

export type MessengerParts = {
  readonly core: MessengerCore;
  readonly options: MessengerOptions;
  readonly messages: MessagePresenter;
  /** For routes that require a token: it is checked before the body is read. */
  readonly member: { readonly onRequest: Callers['member'] };
};

/** Entries of a page. */
export const PAGE = 100;
