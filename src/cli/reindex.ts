/** `koine reindex`: rebuilds the search index. */
import { indexPending } from '../core/search/indexer.ts';
import { forgetSearchPositions } from '../store/search-index.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

export const reindex: Command = {
  words: ['reindex'],
  parameters: [],
  summary: 'rebuild the search index of all messages and posts',
  details:
    'The server may run meanwhile, and finds what it found before. If it is interrupted, the server goes on with it.',
  example: 'koine reindex',
  run: async ({ config, signal, progress }) => {
    const count = await withDatabase(config(), signal, async (sql) => {
      const total = await forgetSearchPositions(sql);
      return indexPending(sql, { signal, onProgress: (done) => progress('indexing', done, total) });
    });
    return { text: `indexed ${count} messages and posts`, data: { indexed: count } };
  },
};
