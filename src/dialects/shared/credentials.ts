/** Where a token may be carried: the Authorization header and, as browsers cannot set that one on a WebSocket, the query or the subprotocol. */
import { AppError } from '../../errors.ts';
import type { TokenScheme, UpgradeRequest } from '../dialect.ts';

/** The subprotocol under which a client may offer its token: `Sec-WebSocket-Protocol: bearer, <token>`. */
export const BEARER_PROTOCOL = 'bearer';

/** The token of an `Authorization: Bearer <token>` header, null when the header has another form. */
export function bearerToken(header: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}

/**
 * The token of an Authorization header. Null where there is no header, or one of another scheme: a proxy's Basic
 * credentials pass through to us and say nothing about our caller.
 * @throws AppError `unauthenticated`: a Bearer header without a token
 */
export function headerToken(header: string | undefined): string | null {
  if (header === undefined || !/^Bearer(?: |$)/i.test(header)) return null;
  const token = bearerToken(header);
  if (token === null) throw new AppError('unauthenticated');
  return token;
}

/** The token from `?token=` or the subprotocol pair, null when there is none. */
export function socketToken(request: UpgradeRequest): string | null {
  const inQuery = request.query.get('token');
  if (inQuery !== null) return inQuery;
  const [protocol, token] = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
  return protocol === BEARER_PROTOCOL && token ? token : null;
}

/** How documents say the first of these. */
export const BEARER_SCHEME = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
} as const satisfies TokenScheme;
