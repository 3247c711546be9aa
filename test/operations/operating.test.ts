/**
 * docs/operating.md explains messages: every warning or error of the log or the command line has an entry, and every
 * entry's message is in the sources.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERRORS } from '../../src/errors.ts';
import { type SourceText, textsOf } from '../client-generator/source-texts.ts';

type Found = SourceText & { readonly file: string };

/** Messages to API clients are documented by the APIs; help and letters explain themselves. */
const OTHER_FILES =
  /^src\/(dialects\/|api-docs\/|core\/mail\/letters-|(http\/(cors|headers|static-files)|cli\/help)\.ts$)/;

/** Calls and properties whose texts are neither warnings nor errors, by purpose. */
const OTHER_PLACES: Record<string, RegExp> = {
  'help of commands and metrics': /^(details|example|parameters|help|counter|gauge|histogram)$/,
  'what went well': /^(text|\w*summary\w*|.*logger\.info|.*#logger\.info)$/i,
  'questions of the command line': /^(confirm|secretLine)$/,
  'answers of the APIs': /^(new AppError|invalid|message|reason|plainError)$/,
  'names of things': /^(name|place|deriveKey)$/,
  'the language of PostgreSQL and of ps': /^(\w+\.begin|\w+\.unsafe|ps\.stdout\.includes)$/,
};

/** Places where even two words are a message. */
const MESSAGE_PLACES = /^new \w*(Error|Mistake)$|warn$|\.error$|onTrouble$|mistakes?(\.push)?$|#ignored$|#failed$/;

/** Other texts that are neither warnings nor errors, by their beginnings. */
const OTHER_TEXTS = [
  // Reports of commands and of the start.
  'embedded PostgreSQL, created at',
  'up to date',
  '… is deleted; a server deletes',
  'the database was up to date',
  '… migrations behind, applied at',
  'none: one node',
  'Koine listens on',
  'Begin here, once:',
  // Output of npm run dev, which operators do not use.
  'The server has ended. It starts again',
  'between the workers',
  'Each line is a JSON object',
  // Refusals of the APIs.
  'the client has closed the connection',
  'username must not contain',
  'pictures must be',
  'moving pictures must be',
  'Unsupported media type "…" in request',
  'the client has closed the connection',
  // Programming errors, which tests find.
  'the password was not checked',
  '… is under no prefix of',
  // Scripts for Redis and PostgreSQL.
  'local used =',
  'local size, window, taken =',
  'set statement_timeout =',
];

const SOURCES = ['bin', 'scripts', 'src']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.test.ts') && !OTHER_FILES.test(file))
  .sort();

const TEXTS: readonly Found[] = SOURCES.flatMap((file) =>
  textsOf(readFileSync(file, 'utf8')).map((text) => ({ ...text, file })),
);

function isMessage({ text, place }: SourceText): boolean {
  if (Object.values(OTHER_PLACES).some((other) => other.test(place))) return false;
  const words = text.split(' ').filter((part) => /^[("]*\p{L}[\p{L}'-]*[)",.;:?]*$/u.test(part));
  return words.length >= (MESSAGE_PLACES.test(place) ? 2 : 3);
}

const MESSAGES = TEXTS.filter(isMessage);

function isOther(text: string): boolean {
  return OTHER_TEXTS.some((beginning) => text.startsWith(beginning));
}

type Entry = { readonly messages: readonly string[]; readonly answer: string };

/** An entry is a paragraph: its messages, one per line, then the explanation. */
function entriesOf(page: string): Entry[] {
  return page
    .split(/\n{2,}/)
    .map((paragraph) => {
      const [, head = '', answer = ''] = /^((?:`[^`\n]+`\\\n)*)(.*)$/s.exec(paragraph.trim()) ?? [];
      return { messages: [...head.matchAll(/^`(.+)`\\$/gm)].map(([, message]) => message as string), answer };
    })
    .filter(({ messages }) => messages.length > 0);
}

const ENTRIES = entriesOf(readFileSync('docs/operating.md', 'utf8'));
const ANSWERED = ENTRIES.flatMap(({ messages }) => messages);

test('docs/operating.md has an entry for every warning and error of the log and the command line', () => {
  const inLog = Object.values(ERRORS).filter(({ status }) => status >= 500 && status !== 507);
  const missing = [
    ...MESSAGES.filter(({ text }) => !isOther(text) && !ANSWERED.includes(text)).map(
      ({ file, line, text, place }) => `${file}:${line}: ${text} [${place}]`,
    ),
    ...inLog.filter(({ message }) => !ANSWERED.includes(message)).map(({ message }) => `src/errors.ts: ${message}`),
  ];
  assert.ok(missing.length === 0, `without an entry:\n${[...new Set(missing)].join('\n')}`);
});

test('docs/operating.md has no entry that is repeated, without an answer, or without a message in the sources', () => {
  const known = new Set(TEXTS.map(({ text }) => text));
  assert.deepEqual(
    ANSWERED.filter((message) => !known.has(message)),
    [],
  );
  assert.deepEqual(
    ANSWERED.filter((message, index) => ANSWERED.indexOf(message) !== index),
    [],
  );
  for (const { messages, answer } of ENTRIES) assert.ok(answer.length > 20, `no answer to: ${messages[0]}`);
});

test('every exemption from the search for messages is needed', () => {
  assert.deepEqual(
    OTHER_TEXTS.filter((beginning) => !MESSAGES.some(({ text }) => text.startsWith(beginning))),
    [],
  );
});
