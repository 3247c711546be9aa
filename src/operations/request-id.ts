/** Each request has an id, which its answer and its lines in the log carry. A trusted proxy may bring one along. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID = 'x-request-id';

/** Nothing that could break a line of a log or be taken for something else in one. */
const VALID = /^[\w.:+/=@-]{1,128}$/;

export type RequestIds = (request: IncomingMessage) => string;

/** `trusts`: whether the peer with that address is a proxy of ours. */
export function requestIds(trusts: (address: string | undefined) => boolean): RequestIds {
  return (request) => {
    const given = request.headers[REQUEST_ID];
    const usable = typeof given === 'string' && VALID.test(given) && trusts(request.socket.remoteAddress);
    return usable ? given : randomUUID();
  };
}
