/** The dialect of a path, also where no route matches: each dialect declares its prefixes. */
import type { Dialect } from '../dialect.ts';

/** The dialect with a prefix of the URL's path, null if there is none. `url`: as in the request line. */
export type FindDialect = (url: string) => Dialect | null;

export function findByPrefix(dialects: readonly Dialect[]): FindDialect {
  const owners = dialects.flatMap((dialect) => dialect.prefixes.map((prefix) => ({ prefix, dialect })));
  return (url) => {
    const path = url.split(/[?#]/, 1)[0] as string;
    const owner = owners.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    return owner?.dialect ?? null;
  };
}
