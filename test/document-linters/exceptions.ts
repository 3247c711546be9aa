/** Exceptions from the linters' recommended rules, each with its reason. All other rules hold everywhere. */
import type { Problem } from './lint.ts';

export type Exception = {
  readonly linter: Problem['linter'];
  readonly rules: readonly string[];
  /** The excepted places in the documents. */
  readonly at: RegExp;
  readonly because: string;
};

const PUBLISHED_PATHS = 'the paths are those of the published APIs';
const SOCKETS_ANSWER_101 = 'the success of a socket is 101; docs.test.ts checks that each call has a success';
const OPERATOR_UNKNOWN = 'the contact is whoever runs the server, whom the server does not know';

export const EXCEPTIONS: readonly Exception[] = [
  { linter: 'redocly', rules: ['no-path-trailing-slash'], at: /^paths\/.*\/$/, because: PUBLISHED_PATHS },
  { linter: 'spectral', rules: ['path-keys-no-trailing-slash'], at: /^paths\/.*\/$/, because: PUBLISHED_PATHS },
  { linter: 'spectral', rules: ['asyncapi-3-channel-no-trailing-slash'], at: /^channels\//, because: PUBLISHED_PATHS },
  {
    linter: 'redocly',
    rules: ['no-ambiguous-paths'],
    at: /^paths\/\/api\/chats\//,
    because: `${PUBLISHED_PATHS}, and the server prefers the constant part: "ws" is not the id of a chat, which is a UUID`,
  },
  { linter: 'redocly', rules: ['operation-2xx-response'], at: /\/responses$/, because: SOCKETS_ANSWER_101 },
  { linter: 'spectral', rules: ['operation-success-response'], at: /\/responses$/, because: SOCKETS_ANSWER_101 },
  { linter: 'spectral', rules: ['info-contact', 'asyncapi-info-contact'], at: /^info$/, because: OPERATOR_UNKNOWN },
  {
    linter: 'redocly',
    rules: ['security-defined'],
    at: /^operations\/watchBoard\.send$/,
    because: 'this socket is public',
  },
  {
    linter: 'spectral',
    rules: ['operation-description'],
    at: /^paths\//,
    because: 'a summary that says it all needs no second text; docs.test.ts checks that each call has a summary',
  },
  {
    linter: 'spectral',
    rules: ['asyncapi-latest-version'],
    at: /^asyncapi$/,
    because: 'nothing of 3.1 is needed, and more tools read 3.0',
  },
];
