/** Tokens of requests: in the Authorization header, or for WebSockets, where browsers cannot set headers, in the query or the subprotocol. */
import { AppError } from '../../errors.ts';
import type { TokenScheme, UpgradeRequest } from '../dialect.ts';

/** A client offers its token as `Sec-WebSocket-Protocol: bearer, <token>`. */
export const BEARER_PROTOCOL = 'bearer';

/** The token of an `Authorization: Bearer <token>` header, null when the header has another form. */
export function bearerToken(header: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}

/**
 * The token of an Authorization header. Null without a header, and for another scheme: a proxy passes on its own Basic
 * credentials, which say nothing about the caller.
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

/** The Authorization header, for documents. */
export const BEARER_SCHEME = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
} as const satisfies TokenScheme;
