import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerptOf } from './excerpts.ts';
import { parseQuery } from './query.ts';

test('a query becomes words, phrases, starts of words and exclusions, whatever characters it has', () => {
  const queries: readonly [string, string, string[]?][] = [
    ['green tea', "'green' & 'tea'"],
    ['"green tea" cup', "'green tea' & 'cup'"],
    ['"not closed', "'not closed'"],
    ['-coffee tea', "!'coffee' & 'tea'"],
    ['-"black tea" tea', "!'black tea' & 'tea'"],
    ['a te* -co*', "'a'", ["'te' 'te':*", "'co' 'co':* !"]],
    ['Universi*', '', ["'Universi' 'universi':* | 'univers' | 'univer' | 'unive'"]],
    ['Ёлк* café*', '', ["'Ёлк' 'елк':*", "'café' 'cafe':*"]],
    ['t*', "'t*'"],
    ["o'clock", "'o''clock'"],
    ["o'clo*", "'o''clo*'"],
    ['https://koine.example/a_b', "'https   koine example a b'"],
    [String.raw`a\' | !b:*&(c) <-> d`, "'a ''' & '!b * (c)' & 'd'"],
    ['— … * - "" ', ''],
    ['привет мир', "'привет' & 'мир'"],
    ['a '.repeat(50), Array.from({ length: 16 }, () => "'a'").join(' & ')],
  ];
  for (const [text, words, starts = []] of queries) {
    const query = parseQuery(text);
    const shown = query.starts.map(({ word, start, isExcluded }) => `${word} ${start}${isExcluded ? ' !' : ''}`);
    assert.deepEqual([query.words, shown], [words, starts], text);
  }
});

test('an excerpt is around the first match, and its highlights are where the matches are', () => {
  const words = (count: number) => 'lorem '.repeat(count);
  const marked = (text: string) => text.replaceAll('tea', '\u0001tea\u0002');
  const shown = (text: string) => {
    const { excerpt, highlights } = excerptOf(text, marked(text));
    return { excerpt, found: highlights.map(([from, to]) => excerpt.slice(from, to)) };
  };
  assert.deepEqual(shown('green tea and tea'), { excerpt: 'green tea and tea', found: ['tea', 'tea'] });
  assert.deepEqual(shown('nothing'), { excerpt: 'nothing', found: [] });
  const { excerpt, found } = shown(`${words(100)}tea ${words(100)}tea`);
  assert.deepEqual(found, ['tea']);
  assert.match(excerpt, /^…lorem .*tea lorem .*lorem…$/);
  assert.ok(excerpt.length <= 242);
  const faces = shown(`${'🙂'.repeat(200)}tea${'🙂'.repeat(200)}`);
  assert.deepEqual(faces.found, ['tea']);
  assert.ok(faces.excerpt.isWellFormed());
});
