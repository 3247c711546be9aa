/** How board shows accounts, posts and comments, and the frames of its socket. */

import type { Event } from '../../core/events/events.ts';
import type { Comment, Person, Post } from '../../core/model.ts';
import type { BoardEncoder } from '../../core/posts/board.ts';
import { type Likes, postText } from '../../core/posts/posts.ts';

export function presentUser({ id, username, email, avatarUrl }: Person) {
  return { id, username, email, avatar_url: avatarUrl };
}

export function presentComment({ id, body, createdAt, author }: Comment) {
  return { id, text: body, timestamp: new Date(createdAt).toISOString(), owner: presentUser(author) };
}

export function presentMessage(post: Post) {
  return {
    id: post.id,
    text: postText(post),
    timestamp: new Date(post.createdAt).toISOString(),
    owner: presentUser(post.author),
    comments: post.comments.map(presentComment),
    likes_count: post.likesCount,
    is_liked_by_user: post.liked,
  };
}

export function presentLikes({ likesCount, liked }: Likes) {
  return { likes_count: likesCount, is_liked_by_user: liked };
}

function frame(event: string, data: object): string {
  return JSON.stringify({ event, data });
}

export function readyFrame(): string {
  return frame('ready', { at: new Date().toISOString() });
}

export function errorFrame(detail: string): string {
  return frame('error', { detail });
}

/** One for all of board's sockets, so that everything is encoded once. */
export const boardFrames: BoardEncoder = { event: boardFrame };

function boardFrame({ kind, data }: Event): string | null {
  switch (kind) {
    case 'post.created':
      return frame('message.created', presentMessage(data));
    case 'post.edited':
      return frame('message.updated', presentMessage(data));
    case 'post.deleted':
      return frame('message.deleted', { id: data.id });
    case 'post.liked':
      return frame('message.liked', { id: data.id, likes_count: data.likesCount });
    case 'comment.created':
      return frame('comment.created', { message_id: data.postId, comment: presentComment(data) });
    case 'comment.deleted':
      return frame('comment.deleted', { message_id: data.postId, id: data.id });
    default:
      return null;
  }
}
