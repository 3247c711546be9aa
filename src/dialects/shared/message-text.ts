/** Messages in dialects whose documents know neither files nor deleted messages. */
import type { Core } from '../../core/core.ts';
import type { Message } from '../../core/model.ts';

/** @returns what makes the text of a message: with the link of each file on a line of its own */
export function createMessageText({ media }: Pick<Core, 'media'>): (message: Message) => string {
  return ({ body, files }) => {
    if (files.length === 0) return body;
    const links = files.map(media.fileUrl);
    return (body === '' ? links : [body, ...links]).join('\n');
  };
}

/** @returns what makes the frame of a message; null: it was deleted before this socket got to it */
export function unlessDeleted(frame: (message: Message) => string): (message: Message) => string | null {
  return (message) => (message.deletedAt === null ? frame(message) : null);
}
