/** What happens, as facts: the streams and the kinds of their events. */
import type { Broker } from '../../hub/brokers/broker.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Account, Person } from '../accounts/accounts.ts';

/** Who comes to the lobby and goes. */
export const PRESENCE_STREAM = 0;
/** Facts about accounts that every node must act on. */
export const ACCOUNTS_STREAM = 1;
/** The lobby, by the id that the first migration gave it. */
export const LOBBY_STREAM = 2;
/** Posts, comments and likes. */
export const BOARD_STREAM = 3;

/** Who did something, as events carry it. */
export type Author = { readonly id: number; readonly uid: string; readonly username: string };

/**
 * `at`: Unix milliseconds, the time of storing. `author` is the account itself: what of it is for others to see is up to
 * `accounts.show` (`showToMembers` where one text goes to many).
 */
export type Message = {
  readonly id: number;
  readonly roomId: number;
  readonly author: Account;
  readonly body: string;
  readonly at: number;
};

/** Times are Unix milliseconds. */
export type Comment = {
  readonly id: number;
  readonly postId: number;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: number;
};

/** As somebody sees it, with its newest comments, oldest first. Times are Unix milliseconds. */
export type Post = {
  readonly id: number;
  readonly uid: string;
  readonly author: Person;
  readonly title: string | null;
  readonly body: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly likesCount: number;
  readonly commentsCount: number;
  /** By whoever sees it. */
  readonly liked: boolean;
  readonly comments: readonly Comment[];
};

/** What was committed. `seq` orders a stream's events. */
export type Event =
  | { readonly kind: 'message.created'; readonly seq: number; readonly data: Message }
  /** `sessionId` null: all sessions of the account. */
  | {
      readonly kind: 'session.ended';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly sessionId: string | null };
    }
  | { readonly kind: 'account.deleted'; readonly seq: number; readonly data: { readonly accountId: number } }
  /** Posts and comments in events are as nobody in particular sees them. */
  | { readonly kind: 'post.created' | 'post.edited'; readonly seq: number; readonly data: Post }
  | {
      readonly kind: 'post.deleted';
      readonly seq: number;
      readonly data: { readonly id: number; readonly uid: string };
    }
  | {
      readonly kind: 'post.liked';
      readonly seq: number;
      readonly data: { readonly id: number; readonly uid: string; readonly likesCount: number };
    }
  | { readonly kind: 'comment.created'; readonly seq: number; readonly data: Comment }
  | {
      readonly kind: 'comment.deleted';
      readonly seq: number;
      readonly data: { readonly id: number; readonly postId: number };
    }
  /**
   * The first socket of an account has come to the lobby, the last one has gone. `username` null: the account was deleted,
   * and its name is known only to the nodes that saw it come (presence.ts). `at`: Unix milliseconds.
   */
  | {
      readonly kind: 'member.joined' | 'member.left';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly username: string | null; readonly at: number };
    }
  /** An account's one place at that door is on `node` now. */
  | {
      readonly kind: 'place.taken';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly via: string; readonly node: string };
    };

export type KoineHub = Hub<Event>;
export type KoineBroker = Broker<Event>;

/** The streams that newcomers are given the past of: how many of their events the hub keeps in memory. */
export const KEPT_EVENTS: ReadonlyMap<number, number> = new Map([[LOBBY_STREAM, 1_024]]);
