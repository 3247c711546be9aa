/** The forms that board takes for a token. */
import type { FastifyInstance } from 'fastify';

type Done = (error: Error | null, body?: unknown) => void;

/** Forms too; an empty field is one that isn't there. */
export function takeForms(app: FastifyInstance): void {
  const options = { parseAs: 'string' } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body: string, done: Done) => {
    done(null, Object.fromEntries([...new URLSearchParams(body)].filter(([, value]) => value !== '')));
  });
}
