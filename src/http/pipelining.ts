/**
 * Handles the pipelined requests of a connection one at a time, with a turn of the event loop in between, and bounds
 * how many are parsed ahead. Node.js parses everything that one read returns: 64 KiB hold thousands of requests, which
 * would take tens of ms and 2 MB per connection before the rate limit sees the second one.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Parsed requests of a connection that may wait. The response to the last of them closes the connection. */
const MAX_WAITING = 64;
/** Bytes that are parsed before the queue is checked again. */
const PARSED_AT_ONCE = 4_096;
/** Events that take the connection away from HTTP. */
const TAKEN_OVER = ['upgrade', 'connect'];

/** Call it after all listeners of the server are registered. */
export function serveInTurn(server: Server): void {
  const serve = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const waitingOf = new WeakMap<Socket, (() => void)[]>();

  function begin(request: IncomingMessage, response: ServerResponse, waiting: (() => void)[]): void {
    // A request that ends in the middle of its body loses its socket.
    const { socket } = request;
    response.once('close', () => next(socket, waiting));
    for (const listener of serve) listener.call(server, request, response);
  }

  function next(socket: Socket, waiting: (() => void)[]): void {
    const following = socket.destroyed ? undefined : waiting.shift();
    if (following === undefined) waitingOf.delete(socket);
    else setImmediate(following);
    // Node.js resumes the socket at the end of a request.
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
  // Without a listener, Node.js answers 417 itself: out of order and uncounted.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
  // The protocol must not change during a response: Node.js would mix up the responses and crash the process.
  for (const event of TAKEN_OVER)
    server.prependListener(event, (_request: IncomingMessage, stream: Duplex) => {
      if (waitingOf.has(stream as Socket)) stream.destroy();
    });
  parseInPieces(server, (socket) => (waitingOf.get(socket)?.length ?? 0) > 0);
}

/** Keeps the rest of a chunk unparsed while requests wait; `next` parses the next piece. */
function parseInPieces(server: Server, hasWaiting: (socket: Socket) => boolean): void {
  /** By socket: detaches it from the parser, with the bytes that were read and not parsed. */
  const releases = new WeakMap<Duplex, () => void>();

  server.on('connection', (socket: Socket) => {
    const [parse] = socket.listeners('data') as [(chunk: Buffer) => void];
    let rest: Buffer | null = null;

    function read(chunk: Buffer): void {
      rest = chunk;
      while (rest !== null && !socket.isPaused() && !socket.writableEnded && !hasWaiting(socket)) {
        const piece: Buffer = rest.subarray(0, PARSED_AT_ONCE);
        rest = rest.length > PARSED_AT_ONCE ? rest.subarray(PARSED_AT_ONCE) : null;
        parse.call(socket, piece);
      }
      // Node.js resumes the socket after each parsed request.
      if (rest !== null) socket.pause();
      putBack();
    }

    function putBack(): void {
      if (rest !== null && !socket.destroyed) socket.unshift(rest);
      rest = null;
    }

    socket.off('data', parse);
    socket.on('data', read);
    releases.set(socket, () => {
      socket.off('data', read);
      putBack();
    });
  });
  for (const event of TAKEN_OVER)
    server.prependListener(event, (_request: IncomingMessage, stream: Duplex) => {
      releases.get(stream)?.();
      releases.delete(stream);
    });
}
