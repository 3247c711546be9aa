// One sender of a closed loop: a window of outstanding messages, each acknowledged by its own echo.
import type { Socket } from 'node:net';
import { clientFrame } from './wire.ts';

// A marker ends every text: a tilde, two digits for the sender, eight for the message.
const TILDE = 0x7e;
const ZERO = 0x30;
const SEQUENCE_DIGITS = 8;
const SEQUENCE_AT = 3;
const MARKER_SIZE = SEQUENCE_AT + SEQUENCE_DIGITS;
const MAX_SENDERS = 100;

export class Sender {
  /** Echoes that arrived out of order. */
  disordered = 0;
  readonly #socket: Socket;
  readonly #window: number;
  readonly #tens: number;
  readonly #units: number;
  // The frames of one window, contiguous, so that due ones go out in one write. A slot is rewritten only after its echo
  // has arrived, when its bytes have long been sent.
  readonly #ring: Buffer;
  readonly #frameSize: number;
  readonly #markerAt: number;
  readonly #sentAt: Float64Array;
  #next: number;
  #echoed: number;

  constructor(options: {
    socket: Socket;
    id: number;
    window: number;
    firstSequence: number;
    textSize: number;
    say: (text: string) => string;
  }) {
    const { socket, id, window, firstSequence, textSize, say } = options;
    if (id >= MAX_SENDERS) throw new Error(`at most ${MAX_SENDERS} senders`);
    this.#socket = socket;
    this.#window = window;
    this.#tens = ZERO + Math.floor(id / 10);
    this.#units = ZERO + (id % 10);
    const marker = `~${String(id).padStart(2, '0')}${'0'.repeat(SEQUENCE_DIGITS)}`;
    const frame = clientFrame(say(marker.padStart(textSize, 'lorem ipsum ')));
    this.#frameSize = frame.length;
    this.#markerAt = frame.indexOf(marker);
    this.#ring = Buffer.concat(Array.from({ length: window }, () => frame));
    this.#sentAt = new Float64Array(window);
    this.#next = firstSequence;
    this.#echoed = firstSequence;
  }

  get outstanding(): number {
    return this.#next - this.#echoed;
  }

  /** Sends `count` messages, limited by the window. */
  send(count: number, now: number): void {
    const first = this.#next % this.#window;
    for (let i = 0; i < count; i++) {
      const slot = this.#next % this.#window;
      this.#sentAt[slot] = now;
      this.#number(slot * this.#frameSize + this.#markerAt + SEQUENCE_AT, this.#next++);
    }
    const beforeWrap = Math.min(count, this.#window - first);
    this.#write(first, beforeWrap);
    if (count > beforeWrap) this.#write(0, count - beforeWrap);
  }

  /** The latency in ms if the marker at `at` is this sender's own, otherwise -1. */
  echo(bytes: Buffer, at: number, now: number): number {
    if (bytes[at + 1] !== this.#tens || bytes[at + 2] !== this.#units || bytes[at] !== TILDE) return -1;
    let sequence = 0;
    for (let i = at + SEQUENCE_AT; i < at + MARKER_SIZE; i++) sequence = sequence * 10 + (bytes[i] as number) - ZERO;
    if (sequence !== this.#echoed++) this.disordered++;
    return now - (this.#sentAt[sequence % this.#window] as number);
  }

  #write(slot: number, count: number): void {
    this.#socket.write(this.#ring.subarray(slot * this.#frameSize, (slot + count) * this.#frameSize));
  }

  #number(at: number, sequence: number): void {
    let rest = sequence;
    for (let i = at + SEQUENCE_DIGITS - 1; i >= at; i--) {
      this.#ring[i] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
}

/** Offset of the marker from a message's end: constant per server. */
export function markerDistance(message: Buffer): number {
  const at = message.lastIndexOf(TILDE);
  if (at < 0) throw new Error(`no marker in ${message.toString().slice(0, 200)}`);
  return message.length - at;
}
