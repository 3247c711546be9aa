/**
 * Takes the requests of a connection one at a time, with a turn of the event loop in between. Node.js hands over every
 * request that one read of a socket brought at once: thousands of them would be answered before any other connection's.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Requests of a connection that may wait for their turn. The answer to the last of them ends the connection. */
const MAX_WAITING = 64;

/** To be called once the server has its listeners. */
export function serveInTurn(server: Server): void {
  const serve = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const waitingOf = new WeakMap<Socket, (() => void)[]>();

  function begin(request: IncomingMessage, response: ServerResponse, waiting: (() => void)[]): void {
    response.once('close', () => next(request.socket, waiting));
    for (const listener of serve) listener.call(server, request, response);
  }

  function next(socket: Socket, waiting: (() => void)[]): void {
    const following = socket.destroyed ? undefined : waiting.shift();
    if (following === undefined) waitingOf.delete(socket);
    else setImmediate(following);
    // Node.js reads on when a request is over.
    if (waiting.length > 0) socket.pause();
    else socket.resume();
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const waiting = waitingOf.get(socket);
    if (waiting === undefined) {
      const queue: (() => void)[] = [];
      waitingOf.set(socket, queue);
      return begin(request, response, queue);
    }
    if (waiting.length >= MAX_WAITING) return;
    waiting.push(() => begin(request, response, waiting));
    if (waiting.length === MAX_WAITING) response.shouldKeepAlive = false;
    socket.pause();
  });
  // Without a listener, Node.js answers 417 itself: at once, out of turn, and counted by nobody.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
  // The protocol cannot change while an answer is under way: Node.js would mix up the answers, and end the process.
  server.prependListener('upgrade', (_request: IncomingMessage, stream: Duplex) => {
    if (waitingOf.has(stream as Socket)) stream.destroy();
  });
}
