/**
 * Sockets whose client has not said who it is. When there are too many, the address that has most of them loses its oldest:
 * thousands of silent ones keep nobody out.
 */
import { AppError } from '../errors.ts';
import type { Connection } from '../hub/connection.ts';

export class AnonymousSockets {
  readonly #most: number;
  /** By address, oldest first. Those who said who they are meanwhile are taken out when somebody looks. */
  readonly #byAddress = new Map<string, Set<Connection>>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  countOf(address: string): number {
    this.#release(address);
    return this.#byAddress.get(address)?.size ?? 0;
  }

  add(address: string, connection: Connection): void {
    const own = this.#byAddress.get(address);
    if (own) own.add(connection);
    else this.#byAddress.set(address, new Set([connection]));
    this.#size += 1;
    connection.onClose.push(() => this.#remove(address, connection));
    if (this.#size > this.#most) this.#makeRoom();
  }

  #makeRoom(): void {
    for (const address of [...this.#byAddress.keys()]) this.#release(address);
    if (this.#size <= this.#most) return;
    const [address, own] = [...this.#byAddress].reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const [oldest] = own;
    if (oldest === undefined) return;
    this.#remove(address, oldest);
    oldest.fail(new AppError('overloaded', { message: 'too many sockets whose clients have not said who they are' }));
  }

  #release(address: string): void {
    for (const connection of this.#byAddress.get(address) ?? [])
      if (connection.identity !== null) this.#remove(address, connection);
  }

  #remove(address: string, connection: Connection): void {
    const own = this.#byAddress.get(address);
    if (!own?.delete(connection)) return;
    this.#size -= 1;
    if (own.size === 0) this.#byAddress.delete(address);
  }
}
