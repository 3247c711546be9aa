/**
 * Finds vanished peers of sockets that get no pings. TCP keep-alive probes idle connections only: while written data is
 * unacknowledged, the kernel retransmits for up to a quarter of an hour, and Node.js cannot set TCP_USER_TIMEOUT. So the
 * number of unanswered retransmissions is read from /proc/net/tcp (Linux).
 */
import { createReadStream } from 'node:fs';
import { type Socket, SocketAddress } from 'node:net';
import { endianness } from 'node:os';

/** Ms of idleness after which the kernel probes a connection, 10 times, once a second. */
type Silence = number;

/** Is terminated when its peer has vanished. */
type Vanishing = { terminate(): void };

type Peer = {
  readonly socket: Socket;
  readonly connection: Vanishing;
  suspicion: Suspicion | null;
};

/** `tries`: unanswered retransmissions and probes so far; an answer resets the kernel's counters to 0. */
type Suspicion = { readonly since: number; readonly tries: number; readonly bytesRead: number };

type Family = 'IPv4' | 'IPv6';
const TABLES: Readonly<Record<Family, string>> = { IPv4: '/proc/net/tcp', IPv6: '/proc/net/tcp6' };

/** Groups: local address, remote address, retransmissions (hexadecimal), unanswered probes; state 1 is established. */
const ESTABLISHED = /^ *\d+: (\S+) (\S+) 01 \S+ \S+ ([0-9A-F]+) +\d+ +(\d+) /;

export class SilentPeers {
  readonly #silence: Silence;
  readonly #peers = new Map<string, Peer>();
  #checking = false;

  /** `silence`: ms of idleness before a connection is probed; also ms for which data may stay unacknowledged. */
  constructor(silence: Silence) {
    this.#silence = silence;
  }

  /** Until the returned `closed`. The connection is terminated when data stayed unacknowledged for too long; an idle socket closes with an error. */
  add(socket: Socket, connection: Vanishing): { closed(): void } {
    socket.setKeepAlive(true, this.#silence);
    const key = keyOf(socket);
    this.#peers.set(key, { socket, connection, suspicion: null });
    return { closed: () => this.#peers.delete(key) };
  }

  /** Must be called several times within `silence`. */
  async check(): Promise<void> {
    if (this.#checking || this.#peers.size === 0) return;
    this.#checking = true;
    try {
      const families = new Set([...this.#peers.values()].map(({ socket }) => socket.remoteFamily as Family));
      const tries = new Map<string, number>();
      for (const family of families) await readTries(family, tries);
      const now = performance.now();
      for (const [key, peer] of this.#peers) this.#update(peer, tries.get(key) ?? 0, now);
    } finally {
      this.#checking = false;
    }
  }

  #update(peer: Peer, tries: number, now: number): void {
    const { bytesRead } = peer.socket;
    const known = peer.suspicion;
    if (tries === 0) peer.suspicion = null;
    else if (known === null || tries < known.tries || bytesRead > known.bytesRead)
      peer.suspicion = { since: now, tries, bytesRead };
    else if (now - known.since >= this.#silence) peer.connection.terminate();
    else peer.suspicion = { ...known, tries };
  }
}

/** Adds this machine's connections with unanswered data. Systems without the table have none. */
async function readTries(family: Family, tries: Map<string, number>): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(TABLES[family], 'latin1')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) addTries(line, tries);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function addTries(line: string, tries: Map<string, number>): void {
  const [, local, remote, retransmitted, probed] = ESTABLISHED.exec(line) ?? [];
  const count = Number.parseInt(retransmitted ?? '0', 16) + Number(probed ?? 0);
  if (count > 0) tries.set(`${addressOf(local as string)} ${addressOf(remote as string)}`, count);
}

function keyOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress}:${localPort} ${remoteAddress}:${remotePort}`;
}

/** `0100007F:1F90` is `127.0.0.1:8080`: words of four bytes, each in the machine's order. */
function addressOf(text: string): string {
  const [hex, port] = text.split(':') as [string, string];
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  const address = bytes.length === 4 ? bytes.join('.') : inet6Of(bytes);
  return `${address}:${Number.parseInt(port, 16)}`;
}

/** The address in the form that Node.js sockets report. */
function inet6Of(bytes: Buffer): string {
  const address = (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return new SocketAddress({ family: 'ipv6', address }).address;
}
