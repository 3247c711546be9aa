/** The server's features: asked once, when something depends on it. */
import type { AnswerOf } from '@koine/client';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { client } from './koine.ts';

type Server = AnswerOf<'/v1/server', 'GET'>;

const server = signal<Server | null>(null);

/** Null: not known yet. */
export function useServer(): Server | null {
  useEffect(() => {
    if (server.peek() === null) void ask().catch(() => {});
  }, []);
  return server.value;
}

async function ask(): Promise<void> {
  server.value = await client.request('GET', '/v1/server');
}
