/**
 * Signs and verifies tokens (JWT, HS256). All dialects use access tokens; a refresh token only yields a new pair. Whether a
 * token is still valid is decided by its session's row.
 */
import { randomUUID } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { AppError } from '../../errors.ts';

const ISSUER = 'koine';
const ALGORITHM = 'HS256';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export type Tokens = {
  /** `id` is a string, as the lounge document shows it; `token_type`, `jti` and `user_id` are Simple JWT's. */
  sign(type: TokenType, account: TokenAccount, token: { id?: string; issuedAt: Date; expiresAt: Date }): string;
  /** @throws AppError `unauthenticated`: malformed, forged, of the other type; an expired one is verified */
  verify(type: TokenType, token: string): VerifiedToken;
  /** Whether it is signed with our key, valid or not. */
  isSigned(token: string): boolean;
};

export type TokenType = 'access' | 'refresh';
export type TokenAccount = { uid: string; id: number; username: string; sessionId: string };
/** `id`: the token's own (`jti`). `expiresAt`: Unix ms, by the database's clock. */
export type VerifiedToken = { id: string; sessionId: string; expiresAt: number };

/** fast-jwt, since with Web Crypto's thread pool and key objects one verification takes ten times as long. */
export function createTokens(secret: Uint8Array): Tokens {
  const key = Buffer.from(secret);
  const sign = createSigner({ key, algorithm: ALGORITHM, iss: ISSUER });
  const verify = createVerifier({
    key,
    algorithms: [ALGORITHM],
    allowedIss: ISSUER,
    requiredClaims: ['exp'],
    // The caller checks the expiry by the database's clock, since this node's may be wrong.
    ignoreExpiration: true,
  });
  const verifySignature = createVerifier({
    key,
    algorithms: [ALGORITHM],
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
  return {
    sign: (type, account, token): string =>
      sign({
        token_type: type,
        id: String(account.id),
        user_id: account.id,
        username: account.username,
        sid: account.sessionId,
        sub: account.uid,
        jti: token.id ?? randomUUID(),
        iat: Math.floor(token.issuedAt.getTime() / 1_000),
        exp: Math.floor(token.expiresAt.getTime() / 1_000),
      }),

    verify: (type, token): VerifiedToken => {
      const { sid, jti, token_type, exp } = read(token);
      if (token_type !== type || !isUuid(sid) || !isUuid(jti) || typeof exp !== 'number')
        throw new AppError('unauthenticated');
      return { id: jti, sessionId: sid, expiresAt: exp * 1_000 };
    },

    isSigned: (token): boolean => {
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
