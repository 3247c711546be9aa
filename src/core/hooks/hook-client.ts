/** Sends outgoing hooks, to addresses that may be called (limits/outgoing.ts). */
import { AddressRefused, type Outgoing } from '../../limits/outgoing.ts';
import { post } from '../../limits/outgoing-post.ts';

export type HookClient = {
  /** Null: it may be asked, as far as it says itself. */
  refuseUrl(text: string): string | null;
  /** Its caller bounds how many are sent at a time. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<HookAnswer>;
};

/** `status` null: there was no answer, because of `error`. `duration`: ms. `retryAfter`: seconds. */
export type HookAnswer = {
  readonly status: number | null;
  readonly error: string | null;
  readonly duration: number;
  readonly retryAfter: number | null;
};

/** Ms. */
const DEADLINE = 10_000;
/** Seconds that a receiver may ask to wait. */
const RETRY_AFTER_MAX = 3_600;

const NOT_ALLOWED = 'the address is not allowed';

export function createHookClient(outgoing: Pick<Outgoing, 'lookup' | 'permitsUrl'>): HookClient {
  function refuseUrl(text: string): string | null {
    if (!URL.canParse(text)) return NOT_ALLOWED;
    return outgoing.permitsUrl(new URL(text)) ? null : NOT_ALLOWED;
  }

  return {
    refuseUrl,

    post: async (url, headers, body): Promise<HookAnswer> => {
      const error = refuseUrl(url);
      if (error !== null) return { status: null, error, duration: 0, retryAfter: null };
      const begunAt = performance.now();
      const took = () => Math.round(performance.now() - begunAt);
      try {
        const { status, retryAfter } = await post(outgoing, new URL(url), { headers, body, deadline: DEADLINE });
        const asked = retryAfter === null ? null : Math.min(retryAfter, RETRY_AFTER_MAX);
        return { status, error: null, duration: took(), retryAfter: asked };
      } catch (error) {
        return { status: null, error: reasonOf(error), duration: took(), retryAfter: null };
      }
    },
  };
}

/** For the log of deliveries, which the hook's keepers read. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return NOT_ALLOWED;
  const { name, code } = error as NodeJS.ErrnoException;
  return name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : `no connection (${code ?? 'error'})`;
}
