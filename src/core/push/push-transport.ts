/** Hands messages to push services (RFC 8030). */
import { AddressRefused, type Outgoing } from '../../limits/outgoing.ts';
import { type OutgoingAnswer, post } from '../../limits/outgoing-post.ts';

export type OutgoingPush = {
  readonly endpoint: string;
  readonly authorization: string;
  /** Encrypted. */
  readonly body: Uint8Array;
  /** A later message of the same topic replaces one that waits at the service: 32 characters of base64url at most. */
  readonly topic: string;
  /** Seconds that the service keeps it for a browser that is not there. */
  readonly ttl: number;
};

/** `gone`: no message for that browser will be taken any more. `retryAfter`: seconds, as the service asked. */
export type PushOutcome =
  | { readonly kind: 'sent' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string; readonly retryAfter: number };

export type PushTransport = { send(push: OutgoingPush): Promise<PushOutcome> };

/** Statuses after which the service takes no such message later either. */
const FINAL = [400, 413];
const GONE = [404, 410];

/** `patience`: until the service must have answered, in ms. */
export function openPushTransport(outgoing: Outgoing, patience: number): PushTransport {
  return {
    send: async ({ endpoint, authorization, body, topic, ttl }) => {
      const url = new URL(endpoint);
      if (!outgoing.permitsUrl(url)) return { kind: 'gone' };
      const headers = {
        ...{ authorization, topic, ttl, urgency: 'high' },
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        'content-length': body.length,
      };
      try {
        return outcomeOf(await post(outgoing, url, { headers, body, deadline: patience }));
      } catch (error) {
        if (error instanceof AddressRefused) return { kind: 'gone' };
        const { code, name } = error as NodeJS.ErrnoException;
        return { kind: 'failed', reason: code ?? name, retryAfter: 0 };
      }
    },
  };
}

function outcomeOf({ status, retryAfter }: OutgoingAnswer): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (GONE.includes(status)) return { kind: 'gone' };
  return { kind: FINAL.includes(status) ? 'refused' : 'failed', reason: String(status), retryAfter: retryAfter ?? 0 };
}
