/**
 * Takes the requests of a connection one at a time, with a turn of the event loop in between, and has no more of them parsed
 * than may wait. Node.js parses all that one read of a socket brings, 64 KiB with thousands of requests: that would take
 * tens of ms and 2 MB for each connection before the rate limit sees the second request.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Requests of a connection that may wait for their turn. The answer to the last of them ends the connection. */
const MAX_WAITING = 64;
/** Bytes that are parsed before it is looked whether requests wait. */
const PARSED_AT_ONCE = 4_096;
/** Requests after which a connection is no longer HTTP's. */
const TAKEN_OVER = ['upgrade', 'connect'];

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
  for (const event of TAKEN_OVER)
    server.prependListener(event, (_request: IncomingMessage, stream: Duplex) => {
      if (waitingOf.has(stream as Socket)) stream.destroy();
    });
  parseInPieces(server, (socket) => (waitingOf.get(socket)?.length ?? 0) > 0);
}

/** What is behind a piece waits as bytes while requests wait; `next` reads on. */
function parseInPieces(server: Server, hasWaiting: (socket: Socket) => boolean): void {
  /** Take the socket from the parser, with what has been read and not been parsed. */
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
      // Node.js resumes the socket after each request that it has parsed.
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
    server.prependListener(event, (_request: IncomingMessage, stream: Duplex) => releases.get(stream)?.());
}
