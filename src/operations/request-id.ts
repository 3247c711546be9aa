/** Each request has an id, in its response and its log lines. A trusted proxy may supply it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const REQUEST_ID = 'x-request-id';

/** Safe characters for a log line. */
const VALID = /^[\w.:+/=@-]{1,128}$/;

export type RequestIds = (request: IncomingMessage) => string;

/** `trusts`: whether the peer address is a trusted proxy. */
export function requestIds(trusts: (address: string | undefined) => boolean): RequestIds {
  return (request) => {
    const given = request.headers[REQUEST_ID];
    const usable = typeof given === 'string' && VALID.test(given) && trusts(request.socket.remoteAddress);
    // Node.js puts the UUID together of twenty pieces, which a live connection would keep.
    return usable ? given : Buffer.from(randomUUID(), 'latin1').toString('latin1');
  };
}
