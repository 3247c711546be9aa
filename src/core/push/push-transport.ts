/** Hands messages to push services (RFC 8030). */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AddressRefused, type Outgoing } from '../../limits/outgoing.ts';

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
/** Seconds. */
const RETRY_AFTER_MAX = 86_400;

/** `patience`: until the service must have answered, in ms. Redirections are not followed, and answers are not read. */
export function openPushTransport(outgoing: Outgoing, patience: number): PushTransport {
  function post({ endpoint, authorization, body, topic, ttl }: OutgoingPush): Promise<PushOutcome> {
    const request = endpoint.startsWith('https:') ? requestHttps : requestHttp;
    const headers = {
      authorization,
      topic,
      ttl,
      urgency: 'high',
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      'content-length': body.length,
    };
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(patience);
      request(endpoint, { method: 'POST', headers, signal, lookup: outgoing.lookup, agent: false })
        .on('response', (response) => {
          resolve(outcomeOf(response.statusCode ?? 0, Number(response.headers['retry-after'])));
          response.destroy();
        })
        .on('error', reject)
        .end(body);
    });
  }

  return {
    send: async (push) => {
      if (!outgoing.permitsUrl(new URL(push.endpoint))) return { kind: 'gone' };
      try {
        return await post(push);
      } catch (error) {
        if (error instanceof AddressRefused) return { kind: 'gone' };
        const { code, name } = error as NodeJS.ErrnoException;
        return { kind: 'failed', reason: code ?? name, retryAfter: 0 };
      }
    },
  };
}

function outcomeOf(status: number, retryAfter: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (GONE.includes(status)) return { kind: 'gone' };
  const seconds = Number.isFinite(retryAfter) ? Math.min(Math.max(0, retryAfter), RETRY_AFTER_MAX) : 0;
  return { kind: FINAL.includes(status) ? 'refused' : 'failed', reason: String(status), retryAfter: seconds };
}
