/** Which dialect a path belongs to, whether or not anything is served there: each dialect declares its prefixes. */
import type { Dialect } from '../dialect.ts';

/** The dialect under whose prefix the URL's path is, null where there is none. `url`: as it stands in the request line. */
export type FindDialect = (url: string) => Dialect | null;

export function findByPrefix(dialects: readonly Dialect[]): FindDialect {
  const owners = dialects.flatMap((dialect) => dialect.prefixes.map((prefix) => ({ prefix, dialect })));
  return (url) => {
    const path = url.split(/[?#]/, 1)[0] as string;
    const owner = owners.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    return owner?.dialect ?? null;
  };
}
