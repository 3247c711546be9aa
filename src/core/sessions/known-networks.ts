/** Networks from which the owners of accounts signed in, on any node. The database has keyed digests, not addresses. */
import { createHmac } from 'node:crypto';
import type { Sql } from '../../store/database.ts';
import { deleteNetworksBefore, isKnownNetwork, saveNetwork } from '../../store/known-networks.ts';

export type KnownNetworks = {
  has(loginKey: string, network: string): Promise<boolean>;
  /** @returns whether it is new, beside others */
  add(accountId: number, network: string): Promise<boolean>;
  prune(): Promise<void>;
};

/** Networks of an account. */
const MOST = 16;
const KEPT_DAYS = 90;
const DIGEST_BYTES = 16;
const PRUNED_AT_ONCE = 1_000;

export function createKnownNetworks(sql: Sql, key: Uint8Array): KnownNetworks {
  function digest(network: string): Uint8Array {
    return createHmac('sha256', key).update(network).digest().subarray(0, DIGEST_BYTES);
  }

  return {
    has: (loginKey, network): Promise<boolean> => isKnownNetwork(sql, loginKey, digest(network)),
    add: (accountId, network): Promise<boolean> => saveNetwork(sql, accountId, digest(network), MOST),
    prune: async (): Promise<void> => {
      while ((await deleteNetworksBefore(sql, KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}
