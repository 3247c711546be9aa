/** A real token issuer in its own process: configured by messages, and reporting each request of its keys. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';

/** Accounts by subject. */
export type Directory = Record<string, { username?: string; email?: string; email_verified?: boolean }>;
type Setup = { keys: JWK[]; directory: Directory; audience: string; redirectUri: string };
export type Told = Setup | 'go down' | 'come back';
/** The members of the messages that answer. */
export type Answer = 'ready' | 'listening' | 'gone';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

let answer: RequestListener = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => {
  if (request.url === '/jwks') process.send?.({ asked: 'keys' });
  answer(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const listening = () => process.send?.({ listening: url });
  process.on('message', (told: Told) => {
    if (told === 'come back') server.listen(port, '127.0.0.1', listening);
    else if (told === 'go down') {
      server.close(() => process.send?.({ gone: url }));
      server.closeAllConnections();
    } else {
      answer = issuerWith(url, told).callback();
      process.send?.({ ready: url });
    }
  });
  listening();
});
process.on('disconnect', () => process.exit(0));

function issuerWith(url: string, { keys, directory, audience, redirectUri }: Setup): Provider {
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
