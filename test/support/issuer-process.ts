/** A real token issuer in its own process: configured by messages, and reporting each request of its keys. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';

/** Accounts by subject. */
export type Directory = Record<string, { username?: string; email?: string; email_verified?: boolean }>;
export type Told = { keys: JWK[]; directory: Directory; audience: string; redirectUri: string };

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

let answer: RequestListener = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => {
  if (request.url === '/jwks') process.send?.({ asked: 'keys' });
  answer(request, response);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.on('message', (told: Told) => {
    answer = issuerWith(url, told).callback();
    process.send?.({ ready: url });
  });
  process.send?.({ listening: url });
});
process.on('disconnect', () => process.exit(0));

function issuerWith(url: string, { keys, directory, audience, redirectUri }: Told): Provider {
  const claimsOf = (subject: string) => directory[subject] ?? {};
  return new Provider(url, {
    jwks: { keys },
    cookies: { keys: ['a key of the tests'] },
    clientDefaults: { id_token_signed_response_alg: 'RS256' },
    clients: [
      { client_id: 'page', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' },
      {
        client_id: 'robot',
        client_secret: 'robot secret',
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
      },
    ],
    findAccount: (_context: unknown, subject: string) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...claimsOf(subject) }),
    }),
    extraTokenClaims: (_context: unknown, token: { accountId?: string }) =>
      token.accountId === undefined ? {} : claimsOf(token.accountId),
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:koine:${ALGORITHMS[0]}`,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: ALGORITHMS.find((name) => resource === `urn:koine:${name}`) } },
        }),
      },
    },
  });
}
