/**
 * Sends a POST to an address that somebody named (outgoing.ts). Redirects are not followed, proxies are not used, and no answer is read
 * beyond its head.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Outgoing } from './outgoing.ts';

/** `retryAfter`: seconds, as the answer asked; null: it did not. */
export type OutgoingAnswer = { readonly status: number; readonly retryAfter: number | null };

/** `deadline`: ms until the head of the answer must be there, the look-up of the name included. */
export type OutgoingPost = {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array;
  readonly deadline: number;
};

/** Bytes of the head of an answer. */
const HEAD_MAX = 16_384;
/** Longest wait that an answer may ask for, in seconds. */
const RETRY_AFTER_MAX = 86_400;

/** `url`: one that `outgoing.permitsUrl`. @throws AddressRefused: its name leads elsewhere | an error of the connection, or `TimeoutError` */
export async function post(
  { lookup }: Pick<Outgoing, 'lookup'>,
  url: URL,
  { headers, body, deadline }: OutgoingPost,
): Promise<OutgoingAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(deadline);
  const options = { method: 'POST', headers, lookup, agent: false, signal, maxHeaderSize: HEAD_MAX } as const;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body);
  });
  answer.on('error', () => {}).destroy();
  const { statusCode = 0, headers: given } = answer;
  return { status: statusCode, retryAfter: secondsOf(given['retry-after']) };
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Math.min(Number(header), RETRY_AFTER_MAX) : null;
}
