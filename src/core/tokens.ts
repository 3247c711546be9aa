/**
 * The signed tokens (JWT, HS256). An access token is what every dialect hands out and takes; a refresh token only gets
 * a new pair. What either is worth is up to its session's row.
 */
import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { AppError } from '../errors.ts';

const ISSUER = 'koine';
const ALGORITHM = 'HS256';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Seconds by which nodes' clocks may differ. */
export const CLOCK_SKEW = 30;

export type Tokens = ReturnType<typeof createTokens>;

export type TokenType = 'access' | 'refresh';
export type Subject = { uid: string; id: number; username: string; sessionId: string };
/** `id`: the token's own (`jti`). */
export type VerifiedToken = { id: string; sessionId: string };

export function createTokens(secret: Uint8Array) {
  return {
    /** `id` is a string, as the lounge document shows it; `token_type`, `jti` and `user_id` are Simple JWT's. */
    sign: (type: TokenType, subject: Subject, token: { id?: string; expiresAt: Date }): Promise<string> =>
      new SignJWT({
        token_type: type,
        id: String(subject.id),
        user_id: subject.id,
        username: subject.username,
        sid: subject.sessionId,
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setSubject(subject.uid)
        .setJti(token.id ?? randomUUID())
        .setIssuer(ISSUER)
        .setIssuedAt()
        .setExpirationTime(token.expiresAt)
        .sign(secret),

    /** @throws AppError `unauthenticated`: malformed, forged, expired, of the other type */
    verify: async (type: TokenType, token: string): Promise<VerifiedToken> => {
      const options = { algorithms: [ALGORITHM], issuer: ISSUER, clockTolerance: CLOCK_SKEW };
      const { payload } = await jwtVerify(token, secret, options).catch((cause) => {
        throw new AppError('unauthenticated', { cause });
      });
      const { sid, jti, token_type } = payload;
      if (token_type !== type || !isUuid(sid) || !isUuid(jti)) throw new AppError('unauthenticated');
      return { id: jti, sessionId: sid };
    },
  };
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
