/** The keys of an issuer, from where it publishes them. */
import { createRemoteJWKSet, customFetch, errors, type JWKSCacheInput, type JWTVerifyGetKey, jwksCache } from 'jose';
import { AppError } from '../../errors.ts';

/** How long the issuer may take to answer, in ms. */
const TIMEOUT = 5_000;
/** The list is read again when it is older than that, for keys that are no longer in it; in ms. */
const MAX_AGE = 600_000;
/** A key that is not in the list makes it be read again, but not sooner than that; in ms. */
const COOLDOWN = 30_000;
/** The issuer is asked no more often than that, whether it answers or not; in ms. */
const REST = 5_000;

/**
 * Keys that are known stay good while the issuer is away. However many ask at once, one request goes out.
 * @throws (the function that it returns) AppError `unavailable`: the issuer cannot be asked for a key that is not known
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const cache: JWKSCacheInput = {};
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT,
    cooldownDuration: COOLDOWN,
    // jose would rather fail than use what is older.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [jwksCache]: cache,
    [customFetch]: withRests(),
  });
  return async (header, token) => {
    if (cache.uat !== undefined && Date.now() - cache.uat > MAX_AGE) void keys.reload().catch(() => {});
    return keys(header, token).catch((cause: unknown) => {
      throw isAboutToken(cause) ? cause : new AppError('unavailable', { cause });
    });
  };
}

function isAboutToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}

function withRests(): typeof fetch {
  let askedAt = Number.NEGATIVE_INFINITY;
  return async (url, options) => {
    if (Date.now() - askedAt < REST) throw new Error('the issuer of tokens was asked a moment ago');
    askedAt = Date.now();
    return fetch(url, options);
  };
}
