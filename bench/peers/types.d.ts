// The part of Socket.IO that the peer uses. The package is installed only by a benchmark, and types must check without it.
declare module 'socket.io' {
  import type { Server as HttpServer } from 'node:http';

  interface Room {
    emit(event: string, ...args: unknown[]): void;
  }
  interface Socket {
    join(room: string): void;
    on(event: string, listener: (text: string) => void): void;
  }
  export class Server {
    constructor(http: HttpServer, options: { transports: string[]; perMessageDeflate: boolean; serveClient: boolean });
    on(event: 'connection', listener: (socket: Socket) => void): void;
    to(room: string): Room;
  }
}
