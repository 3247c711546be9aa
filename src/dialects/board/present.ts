/** How board shows accounts, posts and comments, and the frames of its socket. */

import { boardEncoder, NATIVE_BOARD_EVENTS } from '../../core/events/encoders.ts';
import type { Comment, Person, Post } from '../../core/model.ts';
import type { Liking } from '../../core/posts/likes.ts';
import { postText } from '../../core/posts/posts.ts';

export function presentUser({ id, username, email, avatarUrl }: Person) {
  return { id, username, email, avatar_url: avatarUrl };
}

export function presentComment({ id, body, createdAt, author }: Comment) {
  return { id, text: body, timestamp: new Date(createdAt).toISOString(), owner: presentUser(author) };
}

export function presentMessage(post: Omit<Post, 'images'>) {
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

export function presentLikes({ likesCount, liked }: Liking) {
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

export const boardFrames = boardEncoder({
  ...NATIVE_BOARD_EVENTS,
  'post.created': (post) => frame('message.created', presentMessage(post)),
  'post.edited': (post) => frame('message.updated', presentMessage(post)),
  'post.deleted': ({ id }) => frame('message.deleted', { id }),
  'post.liked': ({ id, likesCount }) => frame('message.liked', { id, likes_count: likesCount }),
  'comment.created': (comment) =>
    frame('comment.created', { message_id: comment.postId, comment: presentComment(comment) }),
  'comment.deleted': ({ id, postId }) => frame('comment.deleted', { message_id: postId, id }),
});
