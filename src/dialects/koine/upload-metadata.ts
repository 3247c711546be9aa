/** The header `Upload-Metadata` of tus: names, each with a value in base64. */

/** Characters of the header. */
const MAX = 4_096;

export function metadataOf(header: unknown): Readonly<Record<string, string | undefined>> {
  const pairs = String(header ?? '')
    .slice(0, MAX)
    .split(',')
    .map((pair) => pair.trim().split(' ', 2));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, Buffer.from(value, 'base64').toString()]));
}
