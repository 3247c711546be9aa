// The attackers' process: what the abuse suite orders it to do, until it is told to stop. Their addresses are made up in
// X-Forwarded-For, or are loopback addresses of their own (127.0.0.0/8 is all ours).
import { connect, type Socket } from 'node:net';
import { takeOrders } from './orders.ts';
import { clientFrame, upgradeRequest } from './wire.ts';

export type Attack =
  /** Sign-ins with wrong passwords, shared out among addresses in turn. */
  | { kind: 'stuffing'; port: number; perSecond: number; addresses: number; accounts: number }
  /** Requests of which one byte of the head comes every so often. */
  | { kind: 'slowloris'; port: number; connections: number }
  /** Sockets of one token each that send as fast as they are read. */
  | { kind: 'frames'; port: number; tokens: string[] }
  /** Sockets that never say who they are. */
  | { kind: 'silence'; port: number; sockets: number; addresses: number }
  /** Ends the attack. */
  | { kind: 'stop' };

export type AttackReport = {
  /** How many of each outcome: a status, or what became of connections. */
  outcomes: Record<string, number>;
};

const TICK_MS = 20;
const DRIP_MS = 500;
const FLOOD_MS = 5;
const FRAMES_AT_ONCE = 100;

class Attackers {
  readonly #outcomes: Record<string, number> = {};
  readonly #sockets = new Set<Socket>();
  readonly #timers: NodeJS.Timeout[] = [];

  async obey(attack: Attack): Promise<AttackReport | null> {
    if (attack.kind === 'stop') return this.#stop();
    if (attack.kind === 'stuffing') this.#stuff(attack);
    if (attack.kind === 'slowloris') this.#drip(attack);
    if (attack.kind === 'frames') this.#flood(attack);
    if (attack.kind === 'silence') this.#keepSilent(attack);
    return null;
  }

  #stuff({ port, perSecond, addresses, accounts }: Attack & { kind: 'stuffing' }): void {
    const begin = performance.now();
    /** Connections that have had their answer, which is short enough to come in one piece. */
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

  #open(port: number, localAddress?: string): Socket {
    const socket = connect({ host: '127.0.0.1', port, ...(localAddress && { localAddress }) });
    this.#sockets.add(socket);
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
    return { outcomes };
  }
}

const attackers = new Attackers();
takeOrders<Attack, AttackReport | null>((attack) => attackers.obey(attack));
