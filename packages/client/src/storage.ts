/** The store of the outbox and the cache. Values are what `structuredClone` can copy. */

export type Storage = {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** All keys that begin so. */
  keys(prefix: string): Promise<readonly string[]>;
};

/** Kept as long as the program runs. */
export function memoryStorage(): Storage {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** The part of `localStorage` that is used. */
export type WebStorage = {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
};

/** In `localStorage` or `sessionStorage`, as JSON. Enough for an outbox; a cache may be too large. */
export function webStorage(storage: WebStorage): Storage {
  return {
    get: async (key) => {
      const text = storage.getItem(key);
      return text === null ? undefined : JSON.parse(text);
    },
    set: async (key, value) => storage.setItem(key, JSON.stringify(value)),
    delete: async (key) => storage.removeItem(key),
    keys: async (prefix) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
        key.startsWith(prefix),
      ),
  };
}
