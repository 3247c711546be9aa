/** The public keys of an issuer, from its JWKS URL. */
import { createRemoteJWKSet, customFetch, errors, type JWKSCacheInput, type JWTVerifyGetKey, jwksCache } from 'jose';
import { AppError } from '../../errors.ts';

/** How long the issuer may take to answer, in ms. */
const TIMEOUT = 5_000;
/** The key list is refreshed when it is older than this, so that removed keys end; in ms. */
const MAX_AGE = 600_000;
/** An unknown key triggers a refresh, but not sooner than this after the last one; in ms. */
const COOLDOWN = 30_000;
/** Rate limit of requests to the issuer, whether it answers or not; in ms. */
const REST = 5_000;

/**
 * Known keys stay valid while the issuer is unavailable. Concurrent lookups share one request.
 * @throws (the returned function) AppError `unavailable`: the issuer could not be asked for an unknown key
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  const cache: JWKSCacheInput = {};
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT,
    cooldownDuration: COOLDOWN,
    // Otherwise jose fails rather than use an older list.
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
