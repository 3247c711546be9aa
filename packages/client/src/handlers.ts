/** Handlers of events, for programs that act on them. */
import type { LiveEvent } from './events.ts';

/** An event, with its room if its stream is one. */
export type ClientEvent<Type extends LiveEvent['type'] = LiveEvent['type']> = Extract<LiveEvent, { type: Type }> & {
  readonly room: string;
};

type Handler = (event: ClientEvent) => void;

export type Handlers = ReturnType<typeof createHandlers>;

export function createHandlers() {
  const handlers = new Map<string, Set<Handler>>();
  return {
    on: <Type extends LiveEvent['type']>(type: Type, handler: (event: ClientEvent<Type>) => void): (() => void) => {
      const set = handlers.get(type) ?? new Set<Handler>();
      handlers.set(type, set);
      set.add(handler as Handler);
      return () => void set.delete(handler as Handler);
    },

    tell: (event: LiveEvent, room: string | null): void => {
      for (const handler of handlers.get(event.type) ?? [])
        try {
          handler({ ...event, room: room ?? '' } as ClientEvent);
        } catch (error) {
          // A fault of the program, which it shall see, and no reason to stop listening.
          queueMicrotask(() => {
            throw error;
          });
        }
    },
  };
}
