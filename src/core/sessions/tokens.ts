/**
 * The signed tokens (JWT, HS256). An access token is what every dialect hands out and takes; a refresh token only gets
 * a new pair. What either is worth is up to its session's row.
 */
import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { AppError } from '../../errors.ts';

const ISSUER = 'koine';
const ALGORITHM = 'HS256';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export type Tokens = ReturnType<typeof createTokens>;

export type TokenType = 'access' | 'refresh';
export type Subject = { uid: string; id: number; username: string; sessionId: string };
/** `id`: the token's own (`jti`). `expiresAt`: Unix ms, by the database's clock. */
export type VerifiedToken = { id: string; sessionId: string; expiresAt: number };

/** Without the thread pool and the key objects of Web Crypto, by which one verification takes ten times as long. */
export function createTokens(secret: Uint8Array) {
  const key = Buffer.from(secret);
  const sign = createSigner({ key, algorithm: ALGORITHM, iss: ISSUER });
  const verify = createVerifier({
    key,
    algorithms: [ALGORITHM],
    allowedIss: ISSUER,
    requiredClaims: ['exp'],
    // By the clock of the database, which the caller knows: that of this node may be wrong.
    ignoreExpiration: true,
  });
  const verifySignature = createVerifier({
    key,
    algorithms: [ALGORITHM],
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
  return {
    /** `id` is a string, as the lounge document shows it; `token_type`, `jti` and `user_id` are Simple JWT's. */
    sign: (type: TokenType, subject: Subject, token: { id?: string; issuedAt: Date; expiresAt: Date }): string =>
      sign({
        token_type: type,
        id: String(subject.id),
        user_id: subject.id,
        username: subject.username,
        sid: subject.sessionId,
        sub: subject.uid,
        jti: token.id ?? randomUUID(),
        iat: Math.floor(token.issuedAt.getTime() / 1_000),
        exp: Math.floor(token.expiresAt.getTime() / 1_000),
      }),

    /** @throws AppError `unauthenticated`: malformed, forged, of the other type; an expired one is verified */
    verify: (type: TokenType, token: string): VerifiedToken => {
      const { sid, jti, token_type, exp } = read(token);
      if (token_type !== type || !isUuid(sid) || !isUuid(jti) || typeof exp !== 'number')
        throw new AppError('unauthenticated');
      return { id: jti, sessionId: sid, expiresAt: exp * 1_000 };
    },

    /** Whether it is signed with our key, whatever it is still worth. */
    isSigned: (token: string): boolean => {
      try {
        verifySignature(token);
        return true;
      } catch {
        return false;
      }
    },
  };

  function read(token: string): Record<string, unknown> {
    try {
      return verify(token);
    } catch (cause) {
      throw new AppError('unauthenticated', { cause });
    }
  }
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
