/** The description that an OpenID provider publishes of itself, and its keys. */
import { allowInsecureRequests, type Configuration, discovery } from 'openid-client';
import { AppError } from '../../errors.ts';
import { remoteKeys } from '../sessions/issuer-keys.ts';

export type DescribedProvider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
};

type RemoteKeys = ReturnType<typeof remoteKeys>;

export type ProviderDescription = {
  /** Read once. @throws AppError `unavailable` */
  configuration(): Promise<Configuration>;
  /** @throws AppError `unavailable` */
  keys(): Promise<RemoteKeys>;
};

/** Seconds. */
const TIMEOUT = 5;
/** Ms until a provider that did not answer is asked again. */
const REST = 5_000;

export function createProviderDescription({ issuer, clientId, clientSecret }: DescribedProvider): ProviderDescription {
  let read: { readonly configuration: Promise<Configuration>; readonly at: number; failed: boolean } | null = null;
  let remote: RemoteKeys | null = null;

  function configuration(): Promise<Configuration> {
    if (read === null || (read.failed && Date.now() - read.at > REST)) {
      const asked = { configuration: discover(), at: Date.now(), failed: false };
      asked.configuration.catch(() => {
        asked.failed = true;
      });
      read = asked;
    }
    return read.configuration;
  }

  function discover(): Promise<Configuration> {
    const url = new URL(issuer);
    const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
    return discovery(url, clientId, clientSecret, undefined, { execute, timeout: TIMEOUT }).catch((cause: unknown) => {
      throw new AppError('unavailable', { cause });
    });
  }

  async function keys(): Promise<RemoteKeys> {
    const { jwks_uri: url } = (await configuration()).serverMetadata();
    if (url === undefined) throw new AppError('unavailable');
    remote ??= remoteKeys(url);
    return remote;
  }

  return { configuration, keys };
}
