/** Values from previous responses for use in later requests: ids, names, tokens. */
import type { Random } from './random.ts';

const KEPT = 40;
const NAMES = /^(id|seq|code|name|username|email|access|refresh|token)$/;
/** Path segments that name no resource. */
const VERBS = new Set([
  'v1',
  'api',
  'accounts',
  'auth',
  'profiles',
  'messenger',
  'create',
  'all',
  'add',
  'remove',
  'me',
]);

export class Memory {
  readonly #seen = new Map<string, unknown[]>();

  /** `place`: a dialect, or one person in it. `path`: the kind of the response's outermost values. */
  learn(place: string, path: string, answer: unknown): void {
    const words = path.split('/').filter((word) => word !== '' && !word.startsWith('{') && !VERBS.has(word));
    this.#walk(place, singular(words.at(-1) ?? ''), answer, 0);
  }

  /** A value seen under that name, or undefined. */
  recall(random: Random, place: string, type: string, name: string): unknown {
    const plain = name === 'users' ? 'user_id' : name.replace(/(?<=[a-z])Id$/, '_id');
    const [, word = '', last = ''] = /^(?:(\w+)_)?(\w+)$/.exec(plain) ?? [];
    const seen = this.#seen.get(`${place} ${type} ${word} ${last}`) ?? this.#seen.get(`${place} ${type}  ${last}`);
    return seen && random.pick(seen);
  }

  #walk(place: string, word: string, value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > 6) return;
    for (const [key, member] of Object.entries(value))
      if (Array.isArray(value)) this.#walk(place, word, member, depth + 1);
      else if (typeof member === 'object') this.#walk(place, key === 'items' ? word : singular(key), member, depth + 1);
      else if (NAMES.test(key))
        for (const kind of [word, '']) this.#keep(`${place} ${typeof member} ${kind} ${key}`, member);
  }

  #keep(key: string, value: unknown): void {
    const seen = this.#seen.get(key) ?? [];
    this.#seen.set(key, seen);
    if (seen.includes(value)) return;
    seen.push(value);
    if (seen.length > KEPT) seen.shift();
  }
}

function singular(word: string): string {
  if (word === 'chatrooms') return 'room';
  return word.replace(/s$/, '');
}
