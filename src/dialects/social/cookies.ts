/** social's cookie, and whether a page may use it: only ours, and those of the origins that the settings name. */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.ts';

const NAME = 'token';

export type CookieOptions = {
  /** Where clients find the server, if that is set. */
  readonly publicUrl: string | undefined;
  readonly corsOrigins: readonly string[];
};

/** How the request came: what a trusted proxy says of it counts. */
type Way = { readonly protocol: string };

export type Cookies = ReturnType<typeof createCookies>;

export const NOT_FROM_HERE = new AppError('forbidden', { message: 'Запросы с этого сайта не разрешены' });

export function createCookies({ publicUrl, corsOrigins }: CookieOptions) {
  const alwaysSecure = publicUrl?.startsWith('https:') ?? false;
  const own = publicUrl === undefined ? null : new URL(publicUrl).origin;

  function cookie(value: string, maxAge: number, { protocol }: Way): string {
    const secure = alwaysSecure || protocol === 'https' ? '; Secure' : '';
    return `${NAME}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
  }

  /** Browsers say of every write and every socket which page it comes from; who says nothing is no browser. */
  function isWelcome({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    if (origin === undefined) return site !== 'cross-site';
    if (origin === own || corsOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  }

  return {
    /** `Set-Cookie` values. */
    set: ({ token, expiresAt }: { token: string; expiresAt: Date }, way: Way): string =>
      cookie(token, Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1_000)), way),
    cleared: (way: Way): string => cookie('', 0, way),
    /** The token in the request's cookie, null where there is none. */
    read: ({ cookie: header = '' }: IncomingHttpHeaders): string | null =>
      new RegExp(`(?:^|;)\\s*${NAME}="?([^";\\s]+)"?\\s*(?:;|$)`).exec(header)?.[1] ?? null,
    /** @throws AppError `forbidden`: another site's page is behind the request */
    requireWelcome: (headers: IncomingHttpHeaders): void => {
      if (!isWelcome(headers)) throw NOT_FROM_HERE;
    },
  };
}
