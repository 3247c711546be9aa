/**
 * Sends outgoing hooks, to addresses that may be called (limits/outgoing.ts). Redirects are not followed, proxies are not used, and no
 * answer is read beyond its head.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '../../errors.ts';
import { AddressRefused, type Outgoing } from '../../limits/outgoing.ts';

export type HookClient = ReturnType<typeof createHookClient>;

/** `status` null: there was no answer, because of `error`. `duration`: ms. `retryAfter`: seconds. */
export type HookAnswer = {
  readonly status: number | null;
  readonly error: string | null;
  readonly duration: number;
  readonly retryAfter: number | null;
};

/** Ms, of which a name may take as many as all of it. */
const DEADLINE = 10_000;
/** Bytes of the head of an answer. */
const HEAD_MAX = 16_384;
/** Requests that run, of this process. */
const AT_ONCE = 16;
/** Seconds. */
const RETRY_AFTER_MAX = 3_600;
/** Of the ports that only systems open, those of the web. */
const WEB_PORTS = ['', '80', '443'];
const LOWEST_PORT = 1_024;

const NOT_ALLOWED = 'the address is not allowed';

export function createHookClient(outgoing: Pick<Outgoing, 'lookup' | 'permitsUrl'>) {
  let running = 0;

  /** Null: it may be asked, as far as it says itself. */
  function refuseUrl(text: string): string | null {
    if (!URL.canParse(text)) return NOT_ALLOWED;
    const url = new URL(text);
    if (!outgoing.permitsUrl(url)) return NOT_ALLOWED;
    return WEB_PORTS.includes(url.port) || Number(url.port) >= LOWEST_PORT ? null : 'the port is not allowed';
  }

  function send(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<IncomingMessage> {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(DEADLINE);
    const { lookup } = outgoing;
    const options = { method: 'POST', headers, lookup, agent: false, signal, maxHeaderSize: HEAD_MAX } as const;
    return new Promise((resolve, reject) => {
      request(url, options, (answer) => {
        answer.on('error', () => {}).destroy();
        resolve(answer);
      })
        .on('error', reject)
        .end(body);
    });
  }

  return {
    refuseUrl,

    /** @throws AppError `overloaded`: too many are being sent */
    post: async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<HookAnswer> => {
      const error = refuseUrl(url);
      if (error !== null) return { status: null, error, duration: 0, retryAfter: null };
      if (running >= AT_ONCE) throw new AppError('overloaded');
      running += 1;
      const begunAt = performance.now();
      const took = () => Math.round(performance.now() - begunAt);
      try {
        const { statusCode = 0, headers: given } = await send(new URL(url), headers, body);
        return { status: statusCode, error: null, duration: took(), retryAfter: secondsOf(given['retry-after']) };
      } catch (error) {
        return { status: null, error: reasonOf(error), duration: took(), retryAfter: null };
      } finally {
        running -= 1;
      }
    },
  };
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,9}$/.test(header) ? Math.min(Number(header), RETRY_AFTER_MAX) : null;
}

/** For the log of deliveries, which the hook's keepers read. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return NOT_ALLOWED;
  const { name, code } = error as NodeJS.ErrnoException;
  return name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : `no connection (${code ?? 'error'})`;
}
