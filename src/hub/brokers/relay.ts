/**
 * Where the workers of one machine hear of each other: a process that runs none itself hands each one's parcels to the
 * others that have subscribed, unread. Lines lead there and back; each has a bound, and what is dropped there is told.
 */

/** A stream's parcels of one turn, as JSON. */
export type Bundle = { readonly streamId: number; readonly parcels: string };

export type ExchangeMessage =
  | { readonly kind: 'subscribe' | 'subscribed' | 'unsubscribe'; readonly streamId: number }
  | { readonly kind: 'parcels'; readonly bundles: readonly Bundle[] }
  /** The one that hears this may have missed parcels. */
  | { readonly kind: 'loss' };

/** Brings messages to the other end, in order. */
export type Line = {
  /** `sent` is called once the message has left, or cannot. */
  send(message: ExchangeMessage, sent: () => void): void;
  onMessage(listener: (message: ExchangeMessage) => void): void;
};

/** Characters that may be on their way to one other process; what comes on top of them is left to the log. */
const MAX_IN_FLIGHT = 16 * 1_048_576;

/** The near end of a line. Drops parcels when too many wait, and tells the far end when there is room again. */
export class LineEnd {
  readonly #line: Line;
  readonly #onOverflow: () => void;
  #inFlight = 0;
  #dropped = false;
  #drained: (() => void)[] = [];

  /** `onOverflow` is called at the first parcel of a row that is dropped. */
  constructor(line: Line, onOverflow: () => void) {
    this.#line = line;
    this.#onOverflow = onOverflow;
  }

  tell(message: ExchangeMessage): void {
    this.#line.send(message, () => {});
  }

  sendParcels(bundles: readonly Bundle[]): void {
    if (this.#inFlight > MAX_IN_FLIGHT) {
      if (!this.#dropped) this.#onOverflow();
      this.#dropped = true;
      return;
    }
    const size = bundles.reduce((sum, { parcels }) => sum + parcels.length, 0);
    this.#inFlight += size;
    this.#line.send({ kind: 'parcels', bundles }, () => this.#sent(size));
  }

  /** Resolves when nothing is on its way any more. */
  async drained(): Promise<true> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
    return true;
  }

  #sent(size: number): void {
    this.#inFlight -= size;
    if (this.#dropped && this.#inFlight <= MAX_IN_FLIGHT / 2) {
      this.#dropped = false;
      this.tell({ kind: 'loss' });
    }
    if (this.#inFlight === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }
}

type Member = { readonly end: LineEnd; readonly streams: Set<number> };

export class Exchange {
  readonly #members = new Set<Member>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @returns what ends the membership */
  join(line: Line): () => void {
    const end = new LineEnd(line, () => this.#warn('a worker does not keep up: parcels for it are left to the log'));
    const member = { end, streams: new Set<number>() };
    this.#members.add(member);
    line.onMessage((message) => this.#receive(member, message));
    return () => this.#members.delete(member);
  }

  #receive(from: Member, message: ExchangeMessage): void {
    if (message.kind === 'parcels') this.#forward(from, message.bundles);
    else if (message.kind === 'loss') for (const { end } of this.#others(from)) end.tell(message);
    else if (message.kind === 'unsubscribe') from.streams.delete(message.streamId);
    else if (message.kind === 'subscribe') {
      from.streams.add(message.streamId);
      from.end.tell({ kind: 'subscribed', streamId: message.streamId });
    }
  }

  #forward(from: Member, bundles: readonly Bundle[]): void {
    for (const { end, streams } of this.#others(from)) {
      const wanted = bundles.filter(({ streamId }) => streams.has(streamId));
      if (wanted.length > 0) end.sendParcels(wanted);
    }
  }

  #others(from: Member): Member[] {
    return [...this.#members].filter((member) => member !== from);
  }
}
