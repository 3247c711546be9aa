import type { Rest } from './rest.ts';
import type { Store } from './store.ts';

/** What the commands are made of. */
export type Parts = { readonly rest: Rest; readonly store: Store };

/** A part of a path. */
export const segment = (text: string | number): string => encodeURIComponent(text);

/** A new idempotency key. */
export const newKey = (): string => globalThis.crypto.randomUUID();
