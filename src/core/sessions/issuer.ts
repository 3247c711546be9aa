/**
 * Tokens from elsewhere: JWTs of the one issuer that the settings name. They are told from ours by their algorithm, and
 * each way of signing is only ever checked with keys of its own kind.
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
  /** What tokens say of where they are from (`iss`), to the letter. */
  readonly name: string;
  /** Whom they are for (`aud`); undefined: anybody. */
  readonly audience: string | undefined;
  /** Where its keys are published, or its one key. */
  readonly keys: { readonly url: string } | { readonly key: KeyObject; readonly algorithm: IssuerAlgorithm };
};

/** What a good token says. */
export type ForeignToken = {
  readonly sessionId: string;
  readonly issuer: string;
  readonly subject: string;
  /** As the issuer writes them. Null: it says nothing, or nothing it has verified. */
  readonly username: string | null;
  readonly email: string | null;
  readonly issuedAt: Date;
  /** With the clocks' difference. */
  readonly expiresAt: Date;
};

export type Issuer = ReturnType<typeof createIssuer>;

/** OpenID Connect Core, section 2. */
const SUBJECT_MAX = 255;
/** The end of the year 9999, in seconds: what every part can hold. */
const LAST_EXPIRY = 253_402_300_799;
/** Issuers sign other things too, such as notices of a sign-out. */
const TOKEN_TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

export function createIssuer({ name, audience, keys }: IssuerOptions) {
  const findKey = 'url' in keys ? remoteKeys(keys.url) : async () => keys.key;
  const options = {
    algorithms: 'url' in keys ? [...ISSUER_ALGORITHMS] : [keys.algorithm],
    issuer: name,
    clockTolerance: CLOCK_SKEW,
    requiredClaims: ['sub', 'exp'],
    ...(audience !== undefined && { audience }),
  };

  return {
    /** Whether the token claims to be signed as only theirs are. */
    signed: (token: string): boolean => isForeign(token),

    /** Whether the token says to be theirs. Their key is not asked for: it may be out of reach. */
    isNamedIn: (token: string): boolean => isForeign(token) && issuerOf(token) === name,

    /** @throws AppError `unauthenticated` | `unavailable` */
    verify: async (token: string): Promise<ForeignToken> => {
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
 * The session that stands behind a token: a UUID made of what is signed. Not of the signature, which whoever has the
 * token may write in another way (ECDSA's has a twin), nor of the issuer's own session, which goes on when ours ends.
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
