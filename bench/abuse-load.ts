// The attackers' process: runs the attack that the abuse suite orders until it is told to stop. Client addresses are
// forged in X-Forwarded-For, or are loopback addresses (all of 127.0.0.0/8).
import { connect, type Socket } from 'node:net';
import { takeOrders } from './orders.ts';
import { clientFrame, upgradeRequest } from './wire.ts';

export type Attack =
  /** Sign-ins with wrong passwords (credential stuffing), distributed round-robin over addresses. */
  | { kind: 'stuffing'; port: number; perSecond: number; addresses: number; accounts: number }
  /** Requests whose heads arrive one byte at a time. */
  | { kind: 'slowloris'; port: number; connections: number }
  /** One socket per token, sending as fast as the server reads. */
  | { kind: 'frames'; port: number; tokens: string[] }
  /** Sockets that never authenticate. */
  | { kind: 'silence'; port: number; sockets: number; addresses: number }
  /** Raw requests in closed loops, over connections of one address. */
  | { kind: 'requests'; port: number; connections: number; requests: readonly string[]; pipelined?: number }
  /** Sockets of one member: each sends a burst of messages, disconnects and reconnects. */
  | { kind: 'reconnects'; port: number; token: string; sockets: number; burst: number }
  /** Sockets that send unsolicited pongs. */
  | { kind: 'pongs'; port: number; sockets: number }
  /** Uploads that never end. */
  | { kind: 'forms'; port: number; token: string; author: string; connections: number; bytesPerSecond: number }
  | { kind: 'stop' };

export type AttackReport = {
  /** Count per outcome: an HTTP status, or how a connection ended. */
  outcomes: Record<string, number>;
  /** Bytes of responses. */
  bytesAnswered: number;
};

/** The address of attackers that forge none. */
const ATTACKER = '127.3.0.1';

const TICK_MS = 20;
const DRIP_MS = 500;
const FLOOD_MS = 5;
const FRAMES_AT_ONCE = 100;
const FORM_MS = 50;

class Attackers {
  readonly #outcomes: Record<string, number> = {};
  readonly #sockets = new Set<Socket>();
  #bytesAnswered = 0;
  readonly #timers: NodeJS.Timeout[] = [];

  async execute(attack: Attack): Promise<AttackReport | null> {
    if (attack.kind === 'stop') return this.#stop();
    if (attack.kind === 'stuffing') this.#stuff(attack);
    if (attack.kind === 'slowloris') this.#drip(attack);
    if (attack.kind === 'frames') this.#flood(attack);
    if (attack.kind === 'silence') this.#keepSilent(attack);
    if (attack.kind === 'requests') this.#request(attack);
    if (attack.kind === 'reconnects') this.#reconnect(attack);
    if (attack.kind === 'pongs') this.#pong(attack);
    if (attack.kind === 'forms') this.#upload(attack);
    return null;
  }

  #stuff({ port, perSecond, addresses, accounts }: Attack & { kind: 'stuffing' }): void {
    const begin = performance.now();
    /** Connections whose response, short enough for one packet, has arrived. */
    const idle: Socket[] = [];
    let sent = 0;
    this.#every(TICK_MS, () => {
      const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond);
      for (; sent < due; sent += 1) {
        const address = `198.51.${Math.floor((sent % addresses) / 250)}.${(sent % addresses) % 250}`;
        const body = JSON.stringify({ email: `sender${sent % accounts}@example.com`, password: `guess ${sent}` });
        const head = `POST /login HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\n`;
        const socket = idle.pop() ?? this.#open(port);
        socket.once('data', (answer) => {
          this.#count(answer.toString('latin1', 9, 12));
          idle.push(socket);
        });
        socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }
    });
  }

  #drip({ port, connections }: Attack & { kind: 'slowloris' }): void {
    const fill = () => {
      for (let opening = 0; this.#sockets.size < connections && opening < 500; opening += 1) {
        const socket = this.#open(port, `127.1.${this.#sockets.size % 50}.1`);
        socket.once('close', () => this.#count('cut off'));
        socket.write('GET /status HTTP/1.1\r\nhost: x\r\nx-slow: ');
      }
    };
    this.#every(100, fill);
    this.#every(DRIP_MS, () => {
      for (const socket of this.#sockets) socket.write('x');
    });
  }

  #flood({ port, tokens }: Attack & { kind: 'frames' }): void {
    const text = JSON.stringify({ type: 'chat_message', msg: { text: 'flood' } });
    const frames = Buffer.concat(Array.from({ length: FRAMES_AT_ONCE }, () => clientFrame(text)));
    for (const token of tokens) {
      const begin = () => {
        if (this.#timers.length === 0) return;
        const socket = this.#open(port);
        socket.write(upgradeRequest('/join', port, token));
        socket.once('data', () => {
          const timer = setInterval(() => socket.writableNeedDrain || socket.write(frames), FLOOD_MS);
          socket.once('close', () => clearInterval(timer));
        });
        socket.resume();
        socket.once('close', () => {
          this.#count('cut off');
          setTimeout(begin, 100);
        });
      };
      this.#timers.push(setTimeout(begin));
    }
  }

  #keepSilent({ port, sockets, addresses }: Attack & { kind: 'silence' }): void {
    let opened = 0;
    this.#every(TICK_MS, () => {
      for (let opening = 0; opened < sockets && opening < 40; opening += 1) {
        opened += 1;
        const socket = this.#open(port, `127.2.${opened % addresses}.1`);
        socket.once('data', (answer) => this.#count(answer.toString('latin1', 9, 12)));
        socket.once('close', () => this.#count('closed'));
        socket.write(upgradeRequest('/connect', port, ''));
      }
    });
  }

  #request({ port, connections, requests, pipelined = 1 }: Attack & { kind: 'requests' }): void {
    const bodies = requests.map((request) => Buffer.from(request.repeat(pipelined)));
    for (let index = 0; index < connections; index += 1)
      this.#again(port, (socket) => {
        let sent = index;
        const send = () => socket.writableNeedDrain || socket.write(bodies[sent++ % bodies.length] as Buffer);
        // The next request goes out with the first bytes of the response, without waiting for its end.
        socket.on('data', (data) => {
          const found = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1', 0, 12));
          if (found === null) return;
          this.#count(found[1] as string);
          send();
        });
        if (pipelined > 1) socket.on('drain', send);
        send();
      });
  }

  #reconnect({ port, token, sockets, burst }: Attack & { kind: 'reconnects' }): void {
    const text = JSON.stringify({ type: 'chat_message', msg: { text: 'flood' } });
    const frames = Buffer.concat(Array.from({ length: burst }, () => clientFrame(text)));
    for (let index = 0; index < sockets; index += 1)
      this.#again(port, (socket) => {
        socket.write(upgradeRequest('/join', port, token));
        socket.once('data', (answer) => {
          this.#count(answer.toString('latin1', 9, 12));
          socket.write(frames);
          setTimeout(() => socket.end(clientFrame('', 8)), 200);
        });
      });
  }

  #pong({ port, sockets }: Attack & { kind: 'pongs' }): void {
    const frames = Buffer.concat(Array.from({ length: 1_000 }, () => clientFrame('', 10)));
    for (let index = 0; index < sockets; index += 1)
      this.#again(port, (socket) => {
        socket.write(upgradeRequest('/ws', port, ''));
        socket.once('data', (answer) => {
          this.#count(answer.toString('latin1', 9, 12));
          const write = () => {
            while (socket.writable && socket.write(frames));
          };
          socket.on('drain', write);
          write();
        });
      });
  }

  #upload({ port, token, author, connections, bytesPerSecond }: Attack & { kind: 'forms' }): void {
    const field = (name: string, more = '') => `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`;
    const head = [
      'POST /api/posts/create HTTP/1.1',
      'host: x',
      `authorization: Bearer ${token}`,
      'content-type: multipart/form-data; boundary=x',
      'transfer-encoding: chunked',
    ];
    const begin = `${field('author')}${author}\r\n${field('description')}hm\r\n${field('images', '; filename="a.jpg"')}`;
    const chunk = (bytes: Buffer) =>
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
    const part = chunk(Buffer.alloc(Math.ceil((bytesPerSecond * FORM_MS) / 1_000), 'x'));
    for (let index = 0; index < connections; index += 1)
      this.#again(port, (socket) => {
        socket.write(`${head.join('\r\n')}\r\n\r\n`);
        socket.write(chunk(Buffer.from(begin)));
        const timer = setInterval(() => socket.writableNeedDrain || socket.write(part), FORM_MS);
        socket.once('close', () => clearInterval(timer));
        socket.once('data', (answer) => this.#count(answer.toString('latin1', 9, 12)));
      });
  }

  /** A connection that is reopened whenever it closes, until the attack ends. */
  #again(port: number, use: (socket: Socket) => void): void {
    const begin = () => {
      if (this.#timers.length === 0) return;
      const socket = this.#open(port, ATTACKER);
      socket.once('close', () => {
        this.#count('closed');
        setTimeout(begin, 10);
      });
      use(socket);
    };
    this.#timers.push(setTimeout(begin));
  }

  #open(port: number, localAddress?: string): Socket {
    const socket = connect({ host: '127.0.0.1', port, ...(localAddress && { localAddress }) });
    this.#sockets.add(socket);
    socket.on('data', ({ length }) => {
      this.#bytesAnswered += length;
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => this.#count(code ?? 'error'));
    socket.on('close', () => this.#sockets.delete(socket));
    socket.resume();
    return socket;
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms));
  }

  #count(outcome: string): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
  }

  #stop(): AttackReport {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    const outcomes = { ...this.#outcomes, 'open at the end': this.#sockets.size };
    for (const socket of this.#sockets) socket.destroy();
    return { outcomes, bytesAnswered: this.#bytesAnswered };
  }
}

const attackers = new Attackers();
takeOrders<Attack, AttackReport | null>((attack) => attackers.execute(attack));
