import type { Parts } from '../parts.ts';
import type { Page, SearchHit } from '../shapes.ts';

export type SearchCommands = ReturnType<typeof searchCommands>;

/** `author`: an id, or `@` and a username. `before`, `after`: a date, or a time in ISO 8601. */
export type SearchFilters = {
  readonly room?: string;
  readonly author?: string;
  readonly before?: string;
  readonly after?: string;
  readonly has?: 'file';
  readonly cursor?: string;
  readonly limit?: number;
};

export function searchCommands({ rest }: Parts) {
  return {
    /**
     * Looks for all words of `q`: `"…"` is a phrase, `word*` the start of a word, `-word` must not be there. The newest come first. Nothing
     * of it gets into the state. @throws Problem
     */
    find: async (
      kind: 'messages' | 'posts' | 'people' | 'rooms',
      q: string,
      { limit, ...filters }: SearchFilters = {},
    ): Promise<Page<SearchHit>> => {
      const query = { q, in: kind, ...filters, limit: limit === undefined ? undefined : String(limit) };
      return (await rest.call<Page<SearchHit>>('GET', '/v1/search', { query })).body;
    },
  };
}
