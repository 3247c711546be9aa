/** A kind of event as koine shows it. */
import { type Static, type TSchema, Type } from 'typebox';
import type { Presenter } from '../present.ts';
import { Id } from '../schema.ts';

/** `From`: the data that core has. */
export type ShownEvent<From, Data extends TSchema = TSchema> = {
  /** On the wire, where it is not the name of the kind. */
  readonly type?: string;
  readonly says: string;
  readonly data: Data;
  readonly present: (from: From, presenter: Presenter) => NoInfer<Static<Data>>;
};

/** Checks that `present` makes what the schema `data` describes. */
export function shown<From, Data extends TSchema>(event: ShownEvent<From, Data>): ShownEvent<From, Data> {
  return event;
}

/** Data that only names a thing. */
export const Named = Type.Object({ id: Id });

export function named({ uid }: { readonly uid: string }): Static<typeof Named> {
  return { id: uid };
}
