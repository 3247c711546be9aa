/**
 * Limits sockets that have not authenticated. Above the limit, the address with the most of them loses its oldest
 * socket, so thousands of silent sockets cannot lock other clients out.
 */
import { AppError } from '../errors.ts';
import type { Connection } from '../hub/connection.ts';

export class AnonymousSockets {
  readonly #max: number;
  /** By address, oldest first. Authenticated sockets are removed lazily. */
  readonly #byAddress = new Map<string, Set<Connection>>();
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  countOf(address: string): number {
    this.#dropAuthenticated(address);
    return this.#byAddress.get(address)?.size ?? 0;
  }

  /** Until `remove`. */
  add(address: string, connection: Connection): void {
    const own = this.#byAddress.get(address);
    if (own) own.add(connection);
    else this.#byAddress.set(address, new Set([connection]));
    this.#size += 1;
    if (this.#size > this.#max) this.#evictOldest();
  }

  #evictOldest(): void {
    for (const address of [...this.#byAddress.keys()]) this.#dropAuthenticated(address);
    if (this.#size <= this.#max) return;
    const [address, own] = [...this.#byAddress].reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const [oldest] = own;
    if (oldest === undefined) return;
    this.remove(address, oldest);
    oldest.fail(new AppError('overloaded', { message: 'too many sockets whose clients have not said who they are' }));
  }

  #dropAuthenticated(address: string): void {
    for (const connection of this.#byAddress.get(address) ?? [])
      if (connection.identity !== null) this.remove(address, connection);
  }

  remove(address: string, connection: Connection): void {
    const own = this.#byAddress.get(address);
    if (!own?.delete(connection)) return;
    this.#size -= 1;
    if (own.size === 0) this.#byAddress.delete(address);
  }
}
