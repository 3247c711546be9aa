/** The owner of a path, also if no route matches: each dialect, and each form of hooks, declares its prefixes. */
import type { Dialect } from '../dialect.ts';

type Owner = Pick<Dialect, 'prefixes'>;
/** The first owner of a prefix of the URL's path, null if there is none. `url`: as in the request line. */
export type FindByPrefix<T> = (url: string) => T | null;

export function findByPrefix<T extends Owner>(all: readonly T[]): FindByPrefix<T> {
  const owners = all.flatMap((one) => one.prefixes.map((prefix) => ({ prefix, one })));
  return (url) => {
    const path = url.split(/[?#]/, 1)[0] as string;
    const owner = owners.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    return owner?.one ?? null;
  };
}
