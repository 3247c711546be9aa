import type { Rest } from './rest.ts';
import type { Store } from './store.ts';

/** The parts of the commands. */
export type Parts = { readonly rest: Rest; readonly store: Store };

/** A part of a path. */
export const segment = (text: string | number): string => encodeURIComponent(text);

/** Options of a call that uploads a picture. */
export const pictureBody = (picture: Blob) => ({ body: picture, headers: { 'content-type': picture.type } });

/** A new idempotency key. */
export const newKey = (): string => globalThis.crypto.randomUUID();
