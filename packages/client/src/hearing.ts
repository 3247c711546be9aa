/** Handles the frames of the server. */
import type { Frame, LiveEvent, ServerFrame } from './events.ts';
import { isEvent, roomOf } from './events.ts';
import type { Handlers } from './handlers.ts';
import type { Outbox } from './outbox.ts';
import type { Presence } from './presence.ts';
import { apply } from './reducer.ts';
import { applyHeads, applyPeople, applyRead, applyTyping } from './signals.ts';
import type { Store } from './store.ts';
import type { Syncing } from './sync.ts';

export type HearingParts = {
  readonly store: Store;
  readonly handlers: Handlers;
  readonly presence: Presence;
  readonly outbox: Outbox;
  readonly syncing: Syncing;
};

type Heard = { readonly [Type in ServerFrame['type']]?: (frame: Extract<ServerFrame, { type: Type }>) => void };

export function createHearing({ store, handlers, presence, outbox, syncing }: HearingParts): (frame: Frame) => void {
  const heard: Heard = {
    live: () => {
      presence.resume();
      outbox.hurry();
      syncing.retry();
    },
    reset: ({ stream, seq }) => syncing.reset(stream, seq),
    heads: ({ data }) => {
      store.update((state) => applyHeads(state, data));
      syncing.hearHeads(data);
    },
    people: ({ data }) => store.update((state) => applyPeople(state, data)),
    read: ({ stream, data }) => store.update((state) => applyRead(state, stream, data)),
    typing: ({ stream, data }) => {
      store.update((state) => applyTyping(state, stream, data.by, Date.now()));
      presence.expire();
    },
  };

  function hearEvent(event: LiveEvent): void {
    const isNew = event.seq > (store.confirmed.positions[event.stream] ?? Number.POSITIVE_INFINITY);
    store.apply([event], apply);
    if (isNew) handlers.tell(event, roomOf(event.stream));
  }

  return (frame) => {
    if (isEvent(frame)) hearEvent(frame);
    else (heard[frame.type] as ((frame: ServerFrame) => void) | undefined)?.(frame);
  };
}
