/** Browsers of an account that are notified of messages while the web client is closed. */
import { AppError, invalid } from '../../errors.ts';
import type { Outgoing } from '../../limits/outgoing.ts';
import { deletePushSubscription, holdSession, savePushSubscription } from '../../store/push-subscriptions.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import { requireScope } from '../sessions/scopes.ts';
import { isUid } from '../text.ts';
import { isPoint } from './encryption.ts';

export type Push = {
  /** The key that browsers subscribe with; null: nothing is pushed. */
  pushKey(): string | null;
  /**
   * Pushes go to the session's browser until the session ends. An endpoint has one subscription: an earlier one is replaced.
   * @returns the id of the subscription
   * @throws AppError `insufficient_scope`: it may not read what would be pushed | `invalid` | `unauthenticated`: the session has ended |
   *   `not_found`: nothing is pushed
   */
  subscribe(actor: Actor, wish: PushWish): Promise<string>;
  /** @throws AppError `not_found` */
  unsubscribe(actor: Pick<Actor, 'id'>, id: string): Promise<void>;
};

/** A subscription as the browser gives it. The keys are in base64url. */
export type PushWish = {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
};

export type PushOptions = {
  readonly changes: Changes;
  readonly outgoing: Pick<Outgoing, 'permitsUrl'>;
  /** The server's public key, for browsers; null: push is off. */
  readonly pushKey: string | null;
};

/** Maximum per account: the newest stay. */
const MOST = 20;
/** Characters. */
const ENDPOINT_MAX = 1_024;
const KEY_MAX = 128;
/** Bytes. */
const AUTH = 16;

export function createPush({ changes, outgoing, pushKey }: PushOptions): Push {
  return {
    pushKey: (): string | null => pushKey,

    subscribe: async (actor, { endpoint, keys }): Promise<string> => {
      requireScope(actor, 'read');
      if (pushKey === null) throw new AppError('not_found', { message: 'This server does not push' });
      const { sessionId } = actor;
      if (sessionId === null) throw new AppError('unauthenticated');
      const browser = { endpoint: checkEndpoint(outgoing, endpoint), ...checkKeys(keys) };
      return changes.run([], async (tx) => {
        if (!(await holdSession(tx, sessionId))) throw new AppError('unauthenticated');
        return { result: await savePushSubscription(tx, { accountId: actor.id, sessionId, ...browser }, MOST) };
      });
    },

    unsubscribe: async (actor, id): Promise<void> => {
      if (!isUid(id)) throw new AppError('not_found');
      const isGone = await changes.run([], async (tx) => ({ result: await deletePushSubscription(tx, actor.id, id) }));
      if (!isGone) throw new AppError('not_found');
    },
  };
}

function checkEndpoint(outgoing: Pick<Outgoing, 'permitsUrl'>, endpoint: string): string {
  if (endpoint.length > ENDPOINT_MAX)
    throw invalid('endpoint', 'long', `endpoint must have at most ${ENDPOINT_MAX} characters`, { limit: ENDPOINT_MAX });
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || url.href.length > ENDPOINT_MAX || !outgoing.permitsUrl(url))
    throw invalid('endpoint', 'format', 'endpoint must be an https URL at a public address');
  return url.href;
}

function checkKeys({ p256dh, auth }: PushWish['keys']): { p256dh: Buffer; auth: Buffer } {
  const [point, secret] = [p256dh, auth].map((text) => Buffer.from(text.slice(0, KEY_MAX), 'base64url')) as [
    Buffer,
    Buffer,
  ];
  if (point.length !== 65 || !isPoint(point))
    throw invalid('keys.p256dh', 'format', 'keys.p256dh must be an uncompressed point of P-256 in base64url');
  if (secret.length !== AUTH)
    throw invalid('keys.auth', 'format', `keys.auth must be ${AUTH} bytes in base64url`, { limit: AUTH });
  return { p256dh: point, auth: secret };
}
