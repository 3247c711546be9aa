/**
 * Sockets to PostgreSQL whose loss postgres.js (3.4.9) survives. It forgets a socket that closes, rejects what was on its
 * way, and then writes the `rollback` of the transaction that this ends: to null and outside of any promise, which ends the
 * process (porsager/postgres#1154). So a loss is told in two steps: as an error, which rejects what is on its way, and as closed
 * once what that set off has been written to nowhere. It also takes over to the next connection what the server said last
 * before it hung up, and how many rows of an answer had come: the one is told as the error of the loss instead, and half an
 * answer is brought to an end.
 */
import { once } from 'node:events';
import { connect, isIP, Socket } from 'node:net';
import { connect as secure } from 'node:tls';

export type TlsMode = 'disable' | 'prefer' | 'require' | 'verify-full';

/** Where postgres.js wants to be connected to. */
export type Place = {
  readonly path?: string | false;
  readonly host: readonly string[];
  readonly port: readonly number[];
};

/** libpq's `SSLRequest`. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const TLS_ACCEPTED = 'S'.charCodeAt(0);
const TLS_DEADLINE = 5_000;
/** Messages of the server: https://www.postgresql.org/docs/current/protocol-message-formats.html. */
const KIND = { row: 'D'.charCodeAt(0), complete: 'C'.charCodeAt(0), error: 'E'.charCodeAt(0) };
/** A message's kind and length. */
const HEAD = 5;
/** In an error that is a server's last word. */
const FATAL = Buffer.from('\0VFATAL\0');
/** A `CommandComplete` of a command called LOST. */
const LOST = Buffer.from('C\0\0\0\tLOST\0');
/** Turns of the event loop within which postgres.js writes what an error sets off. */
const TURNS = 3;

/** For postgres.js' option `socket`. Never rejects, as postgres.js would lose a connection of its pool by it. */
export async function openSocket({ path, host: [host = ''], port: [port = 0] }: Place, mode: TlsMode): Promise<Socket> {
  if (path) return tellLossInSteps(connect(path));
  if (mode === 'disable') return tellLossInSteps(connect(port, host));
  try {
    return tellLossInSteps(await connectSecurely(host, port, mode));
  } catch (error) {
    const lost = tellLossInSteps(new Socket());
    setImmediate(() => lost.destroy(error as Error));
    return lost;
  }
}

async function connectSecurely(host: string, port: number, mode: TlsMode): Promise<Socket> {
  const signal = AbortSignal.timeout(TLS_DEADLINE);
  const plain = connect(port, host);
  try {
    await once(plain, 'connect', { signal });
    plain.write(TLS_REQUEST);
    const [answer] = (await once(plain, 'data', { signal })) as [Buffer];
    if (answer[0] !== TLS_ACCEPTED) {
      if (mode === 'prefer') return plain;
      throw new Error('the database server takes no TLS connections');
    }
    const server = isIP(host) ? {} : { servername: host };
    const encrypted = secure({ socket: plain, ...server, rejectUnauthorized: mode === 'verify-full' });
    await once(encrypted, 'secureConnect', { signal });
    return encrypted;
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

function tellLossInSteps(socket: Socket): Socket {
  const emit = socket.emit.bind(socket);
  /** Of a message that has not come whole. */
  let rest: Buffer = Buffer.alloc(0);
  let rowsCame = false;
  let failed = false;

  /** Hands on whole messages, up to the server's last word. */
  function tell(data: Buffer): boolean {
    const all = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let end = 0;
    while (all.length >= end + HEAD) {
      const next = end + 1 + all.readUInt32BE(end + 1);
      if (all.length < next) break;
      const kind = all[end];
      if (kind === KIND.row) rowsCame = true;
      if (kind === KIND.complete) rowsCame = false;
      if (kind === KIND.error && all.subarray(end, next).includes(FATAL)) {
        socket.destroy(readLoss(all.subarray(end + HEAD, next)));
        break;
      }
      end = next;
    }
    rest = all.subarray(end);
    return end === 0 || emit('data', all.subarray(0, end));
  }

  function fail(error: Error): boolean {
    failed = true;
    if (rowsCame) emit('data', LOST);
    return emit('error', error);
  }

  function close(turns: number): void {
    if (turns === 0) emit('close', false);
    else setImmediate(close, turns - 1);
  }

  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'data') return tell(args[0] as Buffer);
    if (event === 'error') return fail(args[0] as Error);
    if (event !== 'close') return emit(event, ...args);
    if (!failed) fail(lossOf('CONNECTION_CLOSED', 'the connection to the database was closed'));
    close(TURNS);
    return true;
  };
  return socket;
}

/** The error that ends a connection, by its fields: a letter and a text each. */
function readLoss(fields: Buffer): Error {
  const byLetter = new Map(
    fields
      .toString()
      .split('\0')
      .map((field) => [field[0], field.slice(1)]),
  );
  return lossOf(byLetter.get('C') ?? '', byLetter.get('M') ?? 'the database ended the connection');
}

function lossOf(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
