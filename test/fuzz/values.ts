/** Values from a JSON schema: valid, invalid in one place, or unrelated to it. */
import type { Random } from './random.ts';

export type Schema = {
  $ref?: string;
  type?: string | string[];
  title?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  format?: string;
  contentMediaType?: string;
  examples?: unknown[];
};

/** Distance from the schema. */
export type Manner = 'valid' | 'nearly' | 'wild';

const ODD_STRINGS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\ufeff',
  '\uffff',
  '\u202e',
  '🦊',
  'e\u0301'.repeat(20),
  'İ',
  'ß',
  "'; drop table accounts; --",
  '%00',
  '%',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'null',
  'true',
  '-1',
  '1e999',
  '9'.repeat(40),
  '0x10',
  '\r\nx: y',
  '\\',
  '\u001b[2J',
  'NaN',
  '00000000-0000-0000-0000-000000000000',
];
const ODD_NUMBERS = [
  0,
  -0,
  -1,
  1,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  1e21,
  1e308,
  -1e308,
  5e-324,
];
const LENGTHS = [2, 8, 9, 32, 33, 50, 64, 65, 72, 73, 128, 150, 151, 255, 256, 1_000, 1_001, 4_000, 4_001, 20_001];
const WORDS = ['apple', 'Ünïcode', 'привет', '日本語', 'x', '🦊 fox', 'two words', 'tab\there', 'line\nbreak'];

export class Values {
  readonly #random: Random;
  readonly #resolve: (reference: string) => Schema;
  /** A value seen under this name, or one of the sender's. */
  readonly #known: (name: string, schema: Schema) => unknown;

  constructor(
    random: Random,
    resolve: (reference: string) => Schema,
    known: (name: string, schema: Schema) => unknown = () => undefined,
  ) {
    this.#random = random;
    this.#resolve = resolve;
    this.#known = known;
  }

  make(schema: Schema, manner: Manner, name = ''): unknown {
    if (manner === 'wild') return this.wild();
    const value = this.#valid(schema, name);
    return manner === 'valid' ? value : this.#spoilt(value);
  }

  wild(depth = 0): unknown {
    const random = this.#random;
    const kind = random.weighed({ string: 5, number: 3, literal: 2, list: 1, object: 1, deep: depth === 0 ? 0.3 : 0 });
    if (kind === 'string') return this.oddString();
    if (kind === 'number') return random.pick(ODD_NUMBERS);
    if (kind === 'literal') return random.pick([true, false, null]);
    if (kind === 'deep') return nested(random.pick([10, 100, 2_000]), random.chance(0.5));
    if (depth > 3) return [];
    const members = Array.from({ length: random.below(4) }, () => this.wild(depth + 1));
    if (kind === 'list') return members;
    return Object.fromEntries(members.map((member) => [this.oddString().slice(0, 200), member]));
  }

  oddString(): string {
    const random = this.#random;
    const kind = random.weighed({ odd: 6, long: 1, noise: 2 });
    if (kind === 'odd') return random.pick(ODD_STRINGS);
    if (kind === 'long') return random.pick(['a', 'é', '🦊', '\u0000', '"']).repeat(random.pick(LENGTHS));
    return Array.from({ length: random.below(12) }, () => String.fromCharCode(random.below(0x10000))).join('');
  }

  #valid(schema: Schema, name: string): unknown {
    const random = this.#random;
    if (schema.$ref !== undefined) return this.#valid(this.#resolve(schema.$ref), name);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return random.pick(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return this.#valid(random.pick(choices), name);
    const known = random.chance(0.85) ? this.#known(name, schema) : undefined;
    if (known !== undefined) return known;
    const type = Array.isArray(schema.type) ? random.pick(schema.type) : schema.type;
    if (type === 'object' || schema.properties) return this.#object(schema);
    if (type === 'array') return this.#array(schema, name);
    if (type === 'integer' || type === 'number') return this.#number(schema);
    if (type === 'boolean') return random.chance(0.5);
    if (type === 'null') return null;
    return type === 'string' ? this.#string(schema) : this.wild();
  }

  #object({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const entries = Object.entries(properties)
      .filter(([key]) => required.includes(key) || this.#random.chance(0.6))
      .map(([key, schema]) => [key, this.#valid(schema, key)]);
    return Object.fromEntries(entries);
  }

  #array({ items = {}, minItems = 0, maxItems = 4 }: Schema, name: string): unknown[] {
    const length = minItems + this.#random.below(Math.min(maxItems, 4) - minItems + 1);
    return Array.from({ length: Math.max(0, length) }, () => this.#valid(items, name));
  }

  #number({ minimum = -5, maximum = 1_000 }: Schema): number {
    const random = this.#random;
    if (random.chance(0.2)) return random.pick([minimum, maximum]);
    return minimum + random.below(Math.min(maximum - minimum, 50) + 1);
  }

  #string({ minLength = 0, maxLength = 5_000, format }: Schema): string {
    const random = this.#random;
    if (format === 'email') return `p${random.below(1e9)}@example.org`;
    if (format === 'uuid') return `00000000-0000-4000-8000-${String(random.below(1e12)).padStart(12, '0')}`;
    if (random.chance(0.1)) return random.pick(ODD_STRINGS);
    if (random.chance(0.1)) return 'y'.repeat(random.pick([minLength, Math.min(maxLength, 5_000)]));
    const text = `${random.pick(WORDS)}${random.below(1_000)}`;
    return text.padEnd(minLength, 'z').slice(0, maxLength);
  }

  /** The same value with one change at a random place. */
  #spoilt(value: unknown): unknown {
    const random = this.#random;
    if (Array.isArray(value) && value.length > 0 && random.chance(0.8)) {
      const at = random.below(value.length);
      return random.chance(0.2) ? [...value, this.wild(1)] : value.with(at, this.#spoilt(value[at]));
    }
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return this.wild();
    const key = random.pick(Object.keys(value));
    const { [key]: own, ...others } = value as Record<string, unknown>;
    const way = random.weighed({ replace: 6, drop: 2, more: 1, whole: 1 });
    if (way === 'replace') return { ...others, [key]: this.#spoilt(own) };
    if (way === 'drop') return others;
    if (way === 'more') return { ...value, [this.oddString()]: this.wild(1) };
    return this.wild();
  }
}

function nested(depth: number, inLists: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = inLists ? [value] : { a: value };
  return value;
}
