/**
 * Sockets to PostgreSQL whose loss postgres.js (3.4.9) survives. It forgets a socket that closes, rejects what was on its
 * way, and then writes the `rollback` of the transaction that this ends: to null and outside of any promise, which ends the
 * process (porsager/postgres#1154). So a loss is told in two steps: as an error, which rejects what is on its way, and as closed
 * once what that set off has been written to nowhere. And what a server says last, before it hangs up, postgres.js keeps
 * for the next connection, whose first rows it then miscounts: it is told as the error of the loss instead.
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
/** How the fields of an `ErrorResponse` begin that is a server's last word; texts of people hold no zero bytes. */
const FATAL = Buffer.from('SFATAL\0VFATAL\0');
/** Its letter and its length. */
const ERROR_HEAD = 5;
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
  let failed = false;
  const close = (turns: number): void => {
    if (turns === 0) emit('close', false);
    else setImmediate(close, turns - 1);
  };
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'data') return tell(args[0] as Buffer);
    if (event === 'error') failed = true;
    if (event !== 'close') return emit(event, ...args);
    if (!failed) emit('error', lossOf('CONNECTION_CLOSED', 'the connection to the database was closed'));
    close(TURNS);
    return true;
  };
  function tell(data: Buffer): boolean {
    const last = data.indexOf(FATAL) - ERROR_HEAD;
    if (last < 0) return emit('data', data);
    socket.destroy(readLoss(data.subarray(last + ERROR_HEAD)));
    return last === 0 || emit('data', data.subarray(0, last));
  }
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
