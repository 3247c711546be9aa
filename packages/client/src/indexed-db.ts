/** A storage in IndexedDB. Types of the parts that are used, as the package is also checked without those of browsers. */
import type { Storage } from './storage.ts';

type DbRequest = {
  readonly result: unknown;
  readonly error: unknown;
  onsuccess: unknown;
  onerror: unknown;
};
type DbStore = {
  get(key: string): DbRequest;
  put(value: unknown, key: string): DbRequest;
  delete(key: string): DbRequest;
  getAllKeys(range?: unknown): DbRequest;
};
type Database = {
  transaction(store: string, mode: 'readonly' | 'readwrite'): { objectStore(name: string): DbStore };
  createObjectStore(name: string): unknown;
};
type Factory = { open(name: string, version: number): DbRequest & { onupgradeneeded: unknown } };
type KeyRange = { bound(lower: string, upper: string): unknown };

const STORE = 'values';
/** No key has it: above all that begin so. */
const LAST = '\uffff';

/** `name`: of the database. */
export function indexedDbStorage(name = 'koine'): Storage {
  const { indexedDB, IDBKeyRange } = globalThis as unknown as { indexedDB: Factory; IDBKeyRange: KeyRange };
  let opened: Promise<Database> | null = null;

  function open(): Promise<Database> {
    opened ??= openDatabase(indexedDB, name).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  }

  async function run(mode: 'readonly' | 'readwrite', work: (store: DbStore) => DbRequest): Promise<unknown> {
    const database = await open();
    return resultOf(work(database.transaction(STORE, mode).objectStore(STORE)));
  }

  return {
    get: (key) => run('readonly', (store) => store.get(key)),
    set: async (key, value) => void (await run('readwrite', (store) => store.put(value, key))),
    delete: async (key) => void (await run('readwrite', (store) => store.delete(key))),
    keys: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, prefix + LAST);
      return (await run('readonly', (store) => store.getAllKeys(range))) as string[];
    },
  };
}

async function openDatabase(factory: Factory, name: string): Promise<Database> {
  const request = factory.open(name, 1);
  request.onupgradeneeded = () => (request.result as Database).createObjectStore(STORE);
  return (await resultOf(request)) as Database;
}

function resultOf(request: DbRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
