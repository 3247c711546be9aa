/** The server as the page of a request sees it, for passkeys. */
import type { FastifyRequest } from 'fastify';
import type { Site } from '../../core/credentials/passkey-ceremony.ts';

export function siteOf({ protocol, host }: FastifyRequest, publicUrl: string | undefined): Site {
  const { hostname, origin } = new URL(publicUrl ?? `${protocol}://${host}`);
  return { rpId: hostname, origin };
}
