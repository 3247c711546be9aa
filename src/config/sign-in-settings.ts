/** Settings of how people join and sign in: here, by another service's tokens, or at providers. */
import type { Registration } from '../store/community.ts';
import { isLoopback } from './hosts.ts';
import type { SettingsReader } from './settings-reader.ts';

/** Characters: the database's maximum. */
const ISSUER_MAX = 512;

/** `undefined`: only our own tokens are accepted. */
export function readIssuer(read: SettingsReader) {
  const url = read.url('JWT_JWKS_URL', ['https:', 'http:']);
  const publicKey = read.publicKey('JWT_PUBLIC_KEY');
  // Compared with the tokens' `iss` character by character, including a trailing slash.
  const name = read.text('JWT_ISSUER', '');
  const audience = read.text('JWT_AUDIENCE', '') || undefined;
  if (name.length > ISSUER_MAX) read.mistake('JWT_ISSUER', `must have at most ${ISSUER_MAX} characters`);
  const hasKey = read.text('JWT_PUBLIC_KEY', '') !== '';
  if (url === undefined && !hasKey) {
    for (const word of ['JWT_ISSUER', 'JWT_AUDIENCE'])
      if (read.text(word, '')) read.mistake(word, 'needs JWT_JWKS_URL or JWT_PUBLIC_KEY');
    return undefined;
  }
  if (url !== undefined && hasKey) read.mistake('JWT_PUBLIC_KEY', 'and JWT_JWKS_URL are both set: use one of them');
  if (name === '') read.mistake('JWT_ISSUER', 'is required: it names the issuer whose tokens are accepted');
  if (url !== undefined && URL.canParse(url) && !isPrivate(new URL(url)))
    read.mistake(
      'JWT_JWKS_URL',
      'must start with https:// unless it is on this machine: keys could be replaced in transit',
    );
  return { name, audience, keys: publicKey ?? { url: url ?? '' } };
}

/** In addresses and names of settings. */
const PROVIDER_ID = /^[a-z][a-z0-9-]{0,31}$/;
const PROVIDER_SCOPES = ['openid', 'profile', 'email'];

/** `OIDC_PROVIDERS` has their ids; each has settings of its own, as `OIDC_<ID>_ISSUER`. */
export function readProviders(read: SettingsReader) {
  const words = read.text('OIDC_PROVIDERS', '').split(',');
  const ids = [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))];
  return ids.flatMap((id) => {
    if (PROVIDER_ID.test(id)) return [readProvider(read, id)];
    read.mistake('OIDC_PROVIDERS', `must be a list of ids of small letters, digits and "-", not "${id}"`);
    return [];
  });
}

function readProvider(read: SettingsReader, id: string) {
  const setting = (name: string) => `OIDC_${id.toUpperCase().replaceAll('-', '_')}_${name}`;
  const required = (name: string) => {
    const value = read.text(setting(name), '');
    if (value === '') read.mistake(setting(name), 'is required');
    return value;
  };
  const issuer = required('ISSUER');
  if (issuer !== '' && !(URL.canParse(issuer) && isPrivate(new URL(issuer))))
    read.mistake(setting('ISSUER'), 'must be a URL that starts with https:// unless it is on this machine');
  const [claim = '', value = ''] = read.text(setting('ADMIN_CLAIM'), '').split('=');
  if ((claim === '') !== (value === '')) read.mistake(setting('ADMIN_CLAIM'), 'must be as "groups=admins"');
  return {
    id,
    name: read.text(setting('NAME'), id),
    issuer,
    clientId: required('CLIENT_ID'),
    clientSecret: read.text(setting('CLIENT_SECRET'), '') || undefined,
    scopes: read.text(setting('SCOPES'), PROVIDER_SCOPES.join(' ')),
    adminClaim: claim === '' ? undefined : { claim, value },
  };
}

/** Whether the connection is protected from tampering. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol !== 'http:' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

export function readRegistration(read: SettingsReader): Registration | undefined {
  if (read.text('REGISTRATION', '') === '') return undefined;
  return read.choice<Registration>('REGISTRATION', ['open', 'invite', 'approval', 'closed'], 'open');
}

export function readLocalAccounts(read: SettingsReader): boolean {
  const local = read.flag('LOCAL_ACCOUNTS', true);
  if (!local && !read.text('JWT_JWKS_URL', '') && !read.text('JWT_PUBLIC_KEY', ''))
    read.mistake('LOCAL_ACCOUNTS', 'is false, so nobody could sign in: set JWT_JWKS_URL or JWT_PUBLIC_KEY');
  return local;
}
