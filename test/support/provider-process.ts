/** A real OpenID provider in its own process, configured by a message. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Its accounts, by subject. */
export type People = Record<string, Record<string, unknown>>;
export type ToldProvider = { people: People; koine: string; id: string; secret: string };

let answer: RequestListener = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.on('message', (told: ToldProvider) => {
    answer = providerWith(url, told).callback();
    process.send?.({ ready: url });
  });
  process.send?.({ listening: url });
});
process.on('disconnect', () => process.exit(0));

function providerWith(url: string, { people, koine, id, secret }: ToldProvider): Provider {
  return new Provider(url, {
    cookies: { keys: ['a key of the tests'] },
    clients: [
      {
        client_id: 'koine',
        client_secret: secret,
        redirect_uris: [`${koine}/v1/sign-in/${id}/callback`],
        backchannel_logout_uri: `${koine}/v1/sign-in/${id}/logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'] },
    // Its own dispatcher refuses addresses of this machine, where the server under test is.
    fetch: (url: URL, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_context: unknown, subject: string) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...people[subject] }),
    }),
  });
}
