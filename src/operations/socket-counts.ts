/** Counters of one dialect's sockets, in plain numbers that are read on scrape. */
export class SocketCounts {
  open = 0;
  opened = 0;
  framesIn = 0;
  /** By close code, and by HTTP status. */
  readonly closed = new Map<string, number>();
  readonly refused = new Map<string, number>();

  opens(): void {
    this.open += 1;
    this.opened += 1;
  }

  closes(code: number): void {
    this.open -= 1;
    count(this.closed, nameOf(code));
  }

  refuses(status: number): void {
    count(this.refused, String(status));
  }
}

/** Clients may send thousands of close codes. Known ones get a label each, the rest share one. */
function nameOf(code: number): string {
  const known = (code >= 1000 && code <= 1014) || (code >= 4000 && code < 4100);
  return known ? String(code) : 'other';
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
