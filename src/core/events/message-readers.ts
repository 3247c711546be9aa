/** Readers of what happens to messages (hydration.ts). */
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { type ShowPerson, toMessage } from '../model.ts';
import type { Reader, ReferringKind } from './stored-forms.ts';

type Kinds = Extract<
  ReferringKind,
  'message.edited' | 'reaction.added' | 'reaction.removed' | 'pin.added' | 'pin.removed'
>;

/** Bytes of an edited message, and of an event that names an account. */
const MESSAGE_BYTES = 16_384;
const SMALL = 128;

export function messageReaders(show: ShowPerson): { readonly [Kind in Kinds]: Reader<Kind> } {
  const byAccount = {
    bytes: SMALL,
    row: 'account',
    refersTo: ({ stored: { by } }: { stored: { by: number } }) => ({ id: by }),
    show: <Stored extends { readonly by: number }>(account: { uid: string } | undefined, stored: Stored) =>
      account === undefined ? null : { ...stored, by: { id: stored.by, uid: account.uid } },
  } as const;

  return {
    /** A message that was deleted since is left out: its `message.deleted` follows. */
    'message.edited': {
      bytes: MESSAGE_BYTES,
      row: 'message',
      refersTo: ({ stored: { seq }, streamId }) => ({ id: streamId, seq }),
      show: (payload) => {
        const message = payload === undefined ? null : toMessage(payload, SOME_MEMBER, show);
        return message?.deletedAt === null ? message : null;
      },
    },
    'reaction.added': byAccount,
    'reaction.removed': byAccount,
    'pin.added': byAccount,
    'pin.removed': byAccount,
  };
}
