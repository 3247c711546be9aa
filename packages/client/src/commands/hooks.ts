import type { components } from '../api.ts';
import { type Parts, segment } from '../parts.ts';
import type { Page } from '../shapes.ts';

type Schemas = components['schemas'];

export type IncomingHook = Schemas['IncomingHook'];
export type NewIncomingHook = Schemas['NewIncomingHook'];
export type Hook = Schemas['Hook'];
export type NewHook = Schemas['NewHook'];
export type HookWish = Schemas['HookWish'];
export type HookChange = Schemas['HookChange'];
export type Delivery = Schemas['Delivery'];

export type HookCommands = ReturnType<typeof hookCommands>;

/** Hooks of rooms, for their managers: programs elsewhere write messages (incoming), or are notified of events (outgoing). */
export function hookCommands({ rest }: Pick<Parts, 'rest'>) {
  const read = async <Body>(path: string): Promise<Body> => (await rest.call<Body>('GET', path)).body;
  const remove = async (path: string): Promise<void> => {
    await rest.call('DELETE', path);
  };
  const ofRoom = (room: string): string => `/v1/rooms/${segment(room)}/hooks`;
  const path = (id: string): string => `/v1/hooks/${segment(id)}`;

  return {
    incoming: (room: string): Promise<Page<IncomingHook>> => read(ofRoom(room)),
    /** Its addresses are shown only in this answer. */
    createIncoming: async (room: string, name: string): Promise<NewIncomingHook> =>
      (await rest.call<NewIncomingHook>('POST', ofRoom(room), { json: { name } })).body,
    renameIncoming: async (room: string, id: string, name: string): Promise<IncomingHook> =>
      (await rest.call<IncomingHook>('PATCH', `${ofRoom(room)}/${segment(id)}`, { json: { name } })).body,
    /** Its former addresses end; the new ones are told this once. */
    renewIncoming: async (room: string, id: string): Promise<NewIncomingHook> =>
      (await rest.call<NewIncomingHook>('POST', `${ofRoom(room)}/${segment(id)}/secret`)).body,
    removeIncoming: (room: string, id: string): Promise<void> => remove(`${ofRoom(room)}/${segment(id)}`),

    /** Those of a room; without one, of the board. */
    list: (room?: string): Promise<Page<Hook>> =>
      read(room === undefined ? '/v1/hooks' : `/v1/hooks?room=${segment(room)}`),
    /** Its secret is shown only in this answer. */
    create: async (wish: HookWish): Promise<NewHook> =>
      (await rest.call<NewHook>('POST', '/v1/hooks', { json: wish })).body,
    change: async (id: string, change: HookChange): Promise<Hook> =>
      (await rest.call<Hook>('PATCH', path(id), { json: change })).body,
    remove: (id: string): Promise<void> => remove(path(id)),
    /** Attempts to send events, the newest first. */
    deliveries: (id: string): Promise<Page<Delivery>> => read(`${path(id)}/deliveries`),
    /** Sends the event of a delivery again, at once. */
    redeliver: async (id: string, delivery: string): Promise<Delivery> =>
      (await rest.call<Delivery>('POST', `${path(id)}/deliveries/${segment(delivery)}`)).body,
  };
}
