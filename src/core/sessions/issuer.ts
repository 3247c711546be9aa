/**
 * External tokens: JWTs of the one issuer in the settings. They are distinguished from ours by their algorithm, and each
 * algorithm is checked with keys of its own kind only.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../../errors.ts';
import { remoteKeys } from './issuer-keys.ts';

export const ISSUER_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
/** Seconds by which the issuer's clock may differ. */
const CLOCK_SKEW = 30;

export type IssuerAlgorithm = (typeof ISSUER_ALGORITHMS)[number];

export type IssuerOptions = {
  /** The exact `iss` claim. */
  readonly name: string;
  /** The required `aud` claim; undefined accepts every audience. */
  readonly audience: string | undefined;
  /** The JWKS URL, or the one key. */
  readonly keys: { readonly url: string } | { readonly key: KeyObject; readonly algorithm: IssuerAlgorithm };
};

/** The claims of a verified token. */
export type ForeignToken = {
  readonly sessionId: string;
  readonly issuer: string;
  readonly subject: string;
  /** As the issuer writes them. Null: absent, or (the e-mail) not verified by the issuer. */
  readonly username: string | null;
  readonly email: string | null;
  readonly issuedAt: Date;
  /** Includes the tolerated clock skew. */
  readonly expiresAt: Date;
};

export type Issuer = {
  /** Whether the token's header names an algorithm of external tokens. */
  signed(token: string): boolean;
  /** Whether the token names this issuer. Not verified: the key may be out of reach. */
  isNamedIn(token: string): boolean;
  /** @throws AppError `unauthenticated` | `unavailable` */
  verify(token: string): Promise<ForeignToken>;
};

/** OpenID Connect Core, section 2. */
const SUBJECT_MAX = 255;
/** The end of the year 9999, in seconds: what every part can hold. */
const LAST_EXPIRY = 253_402_300_799;
/** Accepted `typ` headers: issuers sign other things too, such as logout tokens. */
const TOKEN_TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

export function createIssuer({ name, audience, keys }: IssuerOptions): Issuer {
  const findKey = 'url' in keys ? remoteKeys(keys.url) : async () => keys.key;
  const options = {
    algorithms: 'url' in keys ? [...ISSUER_ALGORITHMS] : [keys.algorithm],
    issuer: name,
    clockTolerance: CLOCK_SKEW,
    requiredClaims: ['sub', 'exp'],
    ...(audience !== undefined && { audience }),
  };

  return {
    signed: (token): boolean => isForeign(token),

    isNamedIn: (token): boolean => isForeign(token) && issuerOf(token) === name,

    verify: async (token): Promise<ForeignToken> => {
      const { payload, protectedHeader } = await jwtVerify(token, findKey, options).catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : new AppError('unauthenticated', { cause });
      });
      const { sub: subject, exp = 0, iat = 0 } = payload;
      if (!TOKEN_TYPES.includes(String(protectedHeader.typ ?? 'JWT').toLowerCase()))
        throw new AppError('unauthenticated');
      if (!isSubject(subject) || exp > LAST_EXPIRY || iat > LAST_EXPIRY) throw new AppError('unauthenticated');
      return {
        sessionId: sessionIdOf(token),
        issuer: name,
        subject,
        username: textOf(payload, 'username') ?? textOf(payload, 'preferred_username'),
        email: payload.email_verified === true ? textOf(payload, 'email') : null,
        issuedAt: new Date(Math.max(0, iat) * 1_000),
        expiresAt: new Date((exp + CLOCK_SKEW) * 1_000),
      };
    },
  };
}

function isForeign(token: string): boolean {
  try {
    return (ISSUER_ALGORITHMS as readonly unknown[]).includes(decodeProtectedHeader(token).alg);
  } catch {
    return false;
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * The session id of a token: a UUID derived from the signed part. Not from the signature, which is malleable (ECDSA has a second
 * valid one), nor from the issuer's session, which outlives ours.
 */
function sessionIdOf(token: string): string {
  const signed = token.slice(0, token.lastIndexOf('.'));
  const hex = createHash('sha256').update(signed).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function isSubject(subject: unknown): subject is string {
  return (
    typeof subject === 'string' &&
    subject !== '' &&
    subject.length <= SUBJECT_MAX &&
    !subject.includes('\0') &&
    subject.isWellFormed()
  );
}

function textOf(claims: JWTPayload, name: string): string | null {
  const value = claims[name];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
