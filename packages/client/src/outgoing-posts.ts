/** Posts on their way. */
import { BOARD } from './events.ts';
import type { QueueOf } from './queue.ts';
import { filterItems, mapItems, withFields } from './records.ts';
import type { Rest } from './rest.ts';
import type { Post } from './shapes.ts';
import type { OutgoingPost, State } from './state.ts';

/** All go one after the other. */
export const POSTS = 'posts';

export function outgoingPosts(rest: Rest): QueueOf<OutgoingPost, Post> {
  async function deliver({ body, title, images, key }: OutgoingPost): Promise<Post> {
    const post = { body, ...(title !== undefined && { title }), images: images.map(({ id }) => id) };
    return (await rest.call<Post>('POST', '/v1/posts', { json: post, key })).body;
  }

  return {
    prefix: 'posts:',
    laneOf: () => POSTS,
    lanes: () => [POSTS],
    itemsOf: (state) => state.outgoingPosts,
    put,
    drop,
    deliver,
    accept: arrive,
  };
}

function put(state: State, outgoing: OutgoingPost): State {
  const all = state.outgoingPosts;
  const isKnown = all.some(({ key }) => key === outgoing.key);
  const changed = isKnown ? mapItems(all, (one) => (one.key === outgoing.key ? outgoing : one)) : [outgoing, ...all];
  return withFields(state, { outgoingPosts: changed });
}

function drop(state: State, { key }: OutgoingPost): State {
  return withFields(state, { outgoingPosts: filterItems(state.outgoingPosts, (one) => one.key !== key) });
}

/** The post is shown as sent until its event has come. */
function arrive(state: State, { key }: OutgoingPost, { id }: Post): State {
  const sent = state.outgoingPosts.find((one) => one.key === key);
  if (sent === undefined) return state;
  const isHere = id in state.posts || !(BOARD in state.positions);
  return isHere ? drop(state, sent) : put(state, { ...sent, status: 'sent', id });
}

/** The post that was written here is in the lists now. Its event may come before the answer that tells its id. */
export function withoutPosted(state: State, { id, body }: Pick<Post, 'id' | 'body'>): State {
  const all = state.outgoingPosts;
  const echo =
    all.find((one) => one.id === id) ?? all.find((one) => one.status === 'sending' && one.body.trim() === body.trim());
  return withFields(state, { outgoingPosts: filterItems(all, (one) => one !== echo) });
}
