/** Messages and posts that were written here and wait for the server. */
import type { Live } from './live.ts';
import { outgoingMessages } from './outgoing-messages.ts';
import { outgoingPosts, POSTS } from './outgoing-posts.ts';
import { newKey, type Parts } from './parts.ts';
import { createQueue, type QueueParts } from './queue.ts';
import type { File, Message, Post } from './shapes.ts';

export type NewMessage = {
  readonly body: string;
  readonly replyTo?: number;
  /** Uploaded before. */
  readonly files?: readonly File[];
};

export type PostToPublish = {
  readonly body: string;
  readonly title?: string;
  /** Uploaded before. */
  readonly images?: readonly File[];
};

export type OutboxParts = Parts & QueueParts & { readonly live: Pick<Live, 'canAsk' | 'ask'> };

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox({ rest, live, ...parts }: OutboxParts) {
  const messages = createQueue(outgoingMessages(rest, live), parts);
  const posts = createQueue(outgoingPosts(rest), parts);
  const queues = [messages, posts];
  return {
    messages: {
      /** Resolves when the server has accepted it, which may be after hours; rejects with a Problem if it never will. */
      send: (room: string, message: string | NewMessage): Promise<Message> => {
        const { files = [], ...content }: NewMessage = typeof message === 'string' ? { body: message } : message;
        return messages.send({ key: newKey(), room, files, ...content });
      },
      /** Sends again what has failed. */
      retry: messages.retry,
      /** Gives up what has failed, or waits to be sent. */
      discard: messages.discard,
    },

    posts: {
      /** Shown in `state.outgoingPosts` until the server has accepted it. Resolves and rejects as `messages.send`. */
      publish: ({ images = [], ...content }: PostToPublish): Promise<Post> =>
        posts.send({ key: newKey(), images, ...content }),
      /** Publishes again what has failed. */
      retry: (key: string): void => posts.retry(POSTS, key),
      /** Gives up what has failed, or waits. */
      discard: (key: string): Promise<void> => posts.discard(POSTS, key),
    },

    load: async (account: string): Promise<void> => {
      for (const queue of queues) await queue.load(account);
    },
    start: async (account: string): Promise<void> => {
      for (const queue of queues) await queue.start(account);
    },
    hurry: (): void => {
      for (const queue of queues) queue.hurry();
    },
    clear: async (): Promise<void> => {
      for (const queue of queues) await queue.clear();
    },
    stop: (): void => {
      for (const queue of queues) queue.stop();
    },
  };
}
