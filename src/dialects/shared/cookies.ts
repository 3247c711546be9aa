/** The cookie of a dialect, and which pages may use it: the server's own, and those of origins in the settings. */
import type { IncomingHttpHeaders } from 'node:http';
import type { AppError } from '../../errors.ts';

export type CookieOptions = {
  /** The server's URL as clients see it, if it is set. */
  readonly publicUrl: string | undefined;
  readonly corsOrigins: readonly string[];
};

/** The protocol of the request, as a trusted proxy reports it. */
type Way = { readonly protocol: string };

export type Cookies = ReturnType<typeof createCookies>;

/** `name`: of the cookie. `refusal`: of a request from a page that may not use it. */
export function createCookies(name: string, refusal: AppError, { publicUrl, corsOrigins }: CookieOptions) {
  const alwaysSecure = publicUrl?.startsWith('https:') ?? false;
  const own = publicUrl === undefined ? null : new URL(publicUrl).origin;

  function cookie(value: string, maxAge: number, { protocol }: Way): string {
    const secure = alwaysSecure || protocol === 'https' ? '; Secure' : '';
    return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
  }

  /** Browsers send the origin of the page with every write and every upgrade; a request without one is from no browser. */
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
    /** The token in the request's cookie, null without one. */
    read: ({ cookie: header = '' }: IncomingHttpHeaders): string | null =>
      new RegExp(`(?:^|;)\\s*${name}="?([^";\\s]+)"?\\s*(?:;|$)`).exec(header)?.[1] ?? null,
    /** @throws AppError `forbidden`: a page of another site sent the request */
    requireWelcome: (headers: IncomingHttpHeaders): void => {
      if (!isWelcome(headers)) throw refusal;
    },
    /** As `requireWelcome`, and the request must say which page sent it. @throws AppError `forbidden` */
    requireOrigin: (headers: IncomingHttpHeaders): void => {
      if (headers.origin === undefined || !isWelcome(headers)) throw refusal;
    },
  };
}
