// The part of Socket.IO that the peer uses. The package is installed only for a benchmark, and type checks must work
// without it.
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
    adapter(adapter: object): void;
    to(room: string): Room;
  }
}

declare module 'ioredis' {
  export class Redis {
    constructor(url: string);
    duplicate(): Redis;
  }
}

declare module '@socket.io/redis-adapter' {
  import type { Redis } from 'ioredis';

  export function createAdapter(publisher: Redis, subscriber: Redis): object;
}

declare module 'express' {
  import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
  import type { Row } from 'sequelize';

  export interface Request {
    headers: IncomingHttpHeaders;
    params: Record<string, string>;
    query: Record<string, unknown>;
    body: Record<string, unknown>;
    /** Set by the peer. */
    user?: Row | null;
  }
  interface Response {
    status(code: number): Response;
    json(body: unknown): void;
    end(text: string): void;
  }
  export type Handler = (request: Request, response: Response, next: () => void) => unknown;
  interface Application {
    (request: IncomingMessage, response: ServerResponse): void;
    disable(setting: string): void;
    use(handler: Handler): void;
    get(path: string, ...handlers: Handler[]): void;
    post(path: string, ...handlers: Handler[]): void;
  }
  const express: { (): Application; json(): Handler; urlencoded(): Handler };

  // biome-ignore lint/style/noDefaultExport: it is the package's
  export default express;
}

declare module 'jsonwebtoken' {
  const jwt: {
    sign(payload: { sub: string }, secret: string): string;
    verify(token: string, secret: string): { sub: string };
  };

  // biome-ignore lint/style/noDefaultExport: it is the package's
  export default jwt;
}

declare module 'sequelize' {
  /** An instance of a model, or its plain values. */
  export type Row = Record<string, unknown>;
  type Instance = Row & { get(): Row };
  type Transaction = object;

  interface Model {
    belongsTo(other: Model, options: object): void;
    hasMany(other: Model, options: object): void;
    findOne(options: object): Promise<Instance | null>;
    findByPk(id: unknown, options: object): Promise<Instance | null>;
    findAll(options: object): Promise<Instance[]>;
    create(values: Row, options?: object): Promise<Instance>;
    destroy(options: object): Promise<number>;
    increment(field: string, options: object): Promise<[[Row[] | undefined, number]]>;
  }
  export const DataTypes: Record<'TEXT' | 'INTEGER', object>;
  export class Sequelize {
    constructor(database: string, username: string, password: string, options: object);
    define(name: string, attributes: object, options: object): Model;
    transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
    close(): Promise<void>;
  }
}
