/**
 * Sockets to PostgreSQL whose loss postgres.js (3.4.9) survives. It forgets a socket that closes, although statements of a
 * transaction that the loss ends, its `rollback` at least, are still to come: they are written to null and outside of any
 * promise, which ends the process (porsager/postgres#1154), or to the next connection, whoever uses that. It keeps the bytes
 * that it was about to write, and the next connection never gets to greet the server. It also takes along what the server said last
 * before it hung up, and whatever had come of an answer: rows, an error. So a loss is told in steps, each of which it can bear:
 *
 * 1. as an error, which rejects what is on its way: what the server said last is that error, half an answer is ended before;
 * 2. for some turns of the event loop, and until the transactions of that moment have ended, as the same error to whatever
 *    is written still: the body of one may wait for something else, and go on with a statement long after the loss;
 * 3. as closed, at the moment when nothing is about to be written: that is right after a write, which it is made to do.
 *
 * A server that says nothing any more, as when its machine is gone, counts as lost too: TCP alone would take a quarter of
 * an hour to say so.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, isIP, Socket } from 'node:net';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import { withinDeadline } from '../deadline.ts';
import type { Tls } from './database-url.ts';
import { runFirst } from './session-settings.ts';

/** The address to connect to, as postgres.js passes it. */
export type Place = {
  readonly path?: string | false;
  readonly host: readonly string[];
  readonly port: readonly number[];
};

export type SocketOptions = {
  readonly tls: Tls;
  /** How long the server may say nothing while an answer of it is awaited, in ms; 0: for ever. */
  readonly silence: number;
  /** The statement that each session begins with. */
  readonly settings: string;
};

/** libpq's `SSLRequest`. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const TLS_ACCEPTED = 'S'.charCodeAt(0);
const TLS_DEADLINE = 5_000;
/** Messages of the server: https://www.postgresql.org/docs/current/protocol-message-formats.html. */
const KIND = {
  row: 'D'.charCodeAt(0),
  complete: 'C'.charCodeAt(0),
  error: 'E'.charCodeAt(0),
  ready: 'Z'.charCodeAt(0),
};
/** Messages of the client that the server answers with that it is ready for more. */
const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
/** A message of the client, and its two possible answers: postgres.js waits for one before it goes on with the statement. */
const DESCRIBE = 'D'.charCodeAt(0);
const ROW_DESCRIPTION = 'T'.charCodeAt(0);
const NO_DATA = 'n'.charCodeAt(0);
/** A message's kind and length. */
const HEAD = 5;
/** In an error that is a server's last word. */
const FATAL = Buffer.from('\0VFATAL\0');
/** A `CommandComplete` of a command called LOST: ends rows. */
const LOST = Buffer.from('C\0\0\0\tLOST\0');
/** `ReadyForQuery`, in a transaction that failed: ends what there was an error about. */
const READY = Buffer.from('Z\0\0\0\x05E');
/** `AuthenticationSASL`, which postgres.js answers whenever it comes, and whoever it is. */
const QUESTION = Buffer.from('R\0\0\0\x08\0\0\0\x0a');
/** Turns of the event loop; a statement that fails and what this sets off are written within two each. */
const TURNS = 8;
/**
 * How long a lost connection waits for transactions to end, in ms: a body that swallows the error of a statement never gets
 * an answer to its next one, and ends only when the connection is told as closed.
 */
const BODIES_DEADLINE = 20_000;
/** Turns within which the question is answered, if anybody listens. */
const ANSWER_TURNS = 3;

/** For postgres.js' option `socket`: opens the sockets of one pool. */
export class SocketOpener {
  readonly #options: SocketOptions;
  readonly #open = new Set<WatchedSocket>();
  readonly #bodies = new Set<Promise<unknown>>();

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /** Never rejects, as postgres.js would lose a connection of its pool by it. */
  async open({ path, host: [host = ''], port: [port = 0] }: Place): Promise<Socket> {
    if (path) return this.#guard(connect(path));
    const { tls } = this.#options;
    if (tls.mode === 'disable') return this.#guard(connect(port, host));
    try {
      return this.#guard(await connectSecurely(host, port, tls));
    } catch (error) {
      const lost = tellLossInSteps(new Socket(), () => this.#bodiesEnd());
      setImmediate(() => lost.destroy(error as Error));
      return lost;
    }
  }

  /** Registers the body of a transaction: connections that are lost while it runs are closed after its end. */
  during<T>(returned: T): T {
    const statements: unknown = Array.isArray(returned) ? Promise.all(returned) : returned;
    const body: Promise<unknown> = Promise.resolve(statements)
      .catch(() => {})
      .then(() => this.#bodies.delete(body));
    this.#bodies.add(body);
    return returned;
  }

  /** Resolves when the transactions that run now have ended. */
  async #bodiesEnd(): Promise<void> {
    await withinDeadline(Promise.all(this.#bodies), BODIES_DEADLINE);
  }

  #guard(socket: Socket): Socket {
    tellLossInSteps(socket, () => this.#bodiesEnd());
    const { silence, settings } = this.#options;
    runFirst(socket, settings, (fields) => socket.destroy(readLoss(fields)));
    if (silence === 0) return socket;
    const watched = new WatchedSocket(socket, silence, () => this.#loseSilent());
    this.#open.add(watched);
    socket.prependListener('close', () => this.#open.delete(watched));
    return socket;
  }

  /** One silent connection makes the others suspect: without this, each of them would cost a statement its own timeout. */
  #loseSilent(): void {
    for (const watched of this.#open) watched.loseIfSilent();
  }
}

async function connectSecurely(host: string, port: number, tls: Tls): Promise<Socket> {
  const certificates = await readCertificates(tls);
  const signal = AbortSignal.timeout(TLS_DEADLINE);
  const plain = connect(port, host);
  try {
    await once(plain, 'connect', { signal });
    plain.write(TLS_REQUEST);
    const [answer] = (await once(plain, 'data', { signal })) as [Buffer];
    if (answer[0] !== TLS_ACCEPTED) {
      if (tls.mode === 'prefer') return plain;
      throw new Error('the database server takes no TLS connections');
    }
    const encrypted = secure({
      socket: plain,
      host,
      ...(isIP(host) ? {} : { servername: host }),
      ...certificates,
      rejectUnauthorized: tls.mode === 'verify-ca' || tls.mode === 'verify-full',
      // verify-ca accepts any certificate signed by the authority; only verify-full compares host names.
      ...(tls.mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    });
    await once(encrypted, 'secureConnect', { signal });
    return encrypted;
  } catch (error) {
    plain.destroy();
    throw error;
  }
}

/** Read for each connection, so that those that were renewed are used. */
async function readCertificates({ rootCertificate, certificate, key }: Tls): Promise<ConnectionOptions> {
  const read = async (path: string | undefined) => (path === undefined ? undefined : await readFile(path));
  const [ca, cert, ownKey] = await Promise.all([rootCertificate, certificate, key].map(read));
  return { ...(ca && { ca }), ...(cert && ownKey && { cert, key: ownKey }) };
}

/** `bodiesEnd`: when the transactions of this moment have ended. */
function tellLossInSteps(socket: Socket, bodiesEnd: () => Promise<void>): Socket {
  const emit = socket.emit.bind(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  /** Bytes of a message that is not complete yet. */
  let rest: Buffer = Buffer.alloc(0);
  let rowsCame = false;
  let errorCame = false;
  let loss: Error | null = null;
  let writtenSince = false;
  let answering = false;
  let closing = false;
  let closed = false;

  /** Hands on whole messages, up to the server's last word. */
  function tell(data: Buffer): boolean {
    if (loss !== null) return true;
    const all = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let end = 0;
    while (all.length >= end + HEAD) {
      const next = end + 1 + all.readUInt32BE(end + 1);
      if (all.length < next) break;
      const kind = all[end];
      if (kind === KIND.row) rowsCame = true;
      if (kind === KIND.complete) rowsCame = false;
      if (kind === KIND.ready) errorCame = false;
      if (kind === KIND.error && all.subarray(end, next).includes(FATAL)) {
        socket.destroy(readLoss(all.subarray(end + HEAD, next)));
        break;
      }
      if (kind === KIND.error) errorCame = true;
      end = next;
    }
    rest = all.subarray(end);
    return end === 0 || emit('data', all.subarray(0, end));
  }

  function fail(error: Error): boolean {
    loss = error;
    if (rowsCame) emit('data', LOST);
    if (errorCame) emit('data', READY);
    return emit('error', error);
  }

  function answerWrites(): void {
    if (writtenSince) emit('error', loss);
    writtenSince = false;
  }

  async function answerFor(ticks: number): Promise<void> {
    for (let tick = 0; tick <= ticks; tick += 1) {
      answerWrites();
      await new Promise(setImmediate);
    }
  }

  async function closeAfterBodies(): Promise<void> {
    const ended = bodiesEnd();
    await answerFor(TURNS);
    answering = true;
    await ended;
    answering = false;
    await answerFor(TURNS);
    beginToClose();
  }

  function beginToClose(): void {
    closing = true;
    emit('data', QUESTION);
    // If the pool is being closed, no listener remains to do it.
    setImmediate(closeAfter, ANSWER_TURNS);
  }

  function closeAfter(ticks: number): void {
    if (ticks > 0) setImmediate(closeAfter, ticks - 1);
    else close();
  }

  function close(): void {
    if (!closed) emit('close', false);
    closed = true;
  }

  socket.write = (...args: unknown[]): boolean => {
    if (loss === null) return write(...args);
    writtenSince = true;
    if (answering) setImmediate(answerWrites);
    // When postgres.js has gone on from this write, and before anything else runs.
    if (closing) queueMicrotask(close);
    return true;
  };
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'data') return tell(args[0] as Buffer);
    if (event === 'error') return fail(args[0] as Error);
    if (event !== 'close') return emit(event, ...args);
    if (loss === null) fail(lossOf('CONNECTION_CLOSED', 'the connection to the database was closed'));
    void closeAfterBodies();
    return true;
  };
  return socket;
}

/** Notices when an answer is awaited and nothing is heard. Everything else must be done to the socket before. */
class WatchedSocket {
  readonly #socket: Socket;
  readonly #silence: number;
  #heardAt = performance.now();
  /** Answers that the server owes, in order. The first message, which has no kind, is answered like a query. */
  readonly #awaited: ('ready' | 'description')[] = ['ready'];

  constructor(socket: Socket, silence: number, onSilence: () => void) {
    this.#socket = socket;
    this.#silence = silence;
    this.#countQuestions();
    socket.prependListener('data', (messages: Buffer) => {
      this.#heardAt = performance.now();
      for (const kind of kindsOf(messages)) this.#settle(kind);
    });
    socket.setTimeout(silence);
    // Data that arrived while the event loop was blocked is not silence: read it before deciding.
    socket.on('timeout', () => setImmediate(() => this.#decide(onSilence)));
  }

  get #isSilent(): boolean {
    return performance.now() - this.#heardAt >= this.#silence;
  }

  #decide(onSilence: () => void): void {
    if (this.#awaited.length === 0) return;
    if (this.#isSilent) onSilence();
    // The timer of a socket starts before its data is handled and fires once: it can fire a moment before the silence is complete.
    else this.#socket.setTimeout(this.#silence);
  }

  loseIfSilent(): void {
    if (this.#isSilent)
      this.#socket.destroy(lossOf('ETIMEDOUT', `the database has said nothing for ${this.#silence} ms`));
  }

  #settle(kind: number): void {
    // An error takes the place of descriptions.
    if (kind === KIND.ready) this.#awaited.splice(0, this.#awaited.indexOf('ready') + 1);
    else if ((kind === ROW_DESCRIPTION || kind === NO_DATA) && this.#awaited[0] === 'description')
      this.#awaited.shift();
  }

  #countQuestions(): void {
    const write = this.#socket.write.bind(this.#socket) as (...args: unknown[]) => boolean;
    let started = false;
    this.#socket.write = (messages: unknown, ...args: unknown[]) => {
      if (started)
        for (const kind of kindsOf(messages as Buffer)) {
          if (kind === DESCRIBE) this.#awaited.push('description');
          if (kind === SYNC || kind === QUERY) this.#awaited.push('ready');
        }
      started = true;
      return write(messages, ...args);
    };
  }
}

/** Of whole messages. */
function* kindsOf(messages: Buffer): Generator<number> {
  for (let at = 0; at + HEAD <= messages.length; at += 1 + messages.readUInt32BE(at + 1)) yield messages[at] as number;
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
