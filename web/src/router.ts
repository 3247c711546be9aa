/** Addresses: every state that one can come back to has one. */
import { signal } from '@preact/signals';

const ROOT = '/app';

/** The address within the client, such as `/rooms/…`. */
export const path = signal(currentPath());

function currentPath(): string {
  const { pathname } = location;
  const inside = pathname === ROOT || pathname.startsWith(`${ROOT}/`) ? pathname.slice(ROOT.length) : '/';
  return inside === '' ? '/' : inside;
}

export const href = (to: string): string => `${ROOT}${to}`;

type How = { readonly replace?: boolean };

/** How often somebody went to where they are already: to look at it again. */
export const repeats = signal(0);

export function navigate(to: string, { replace = false }: How = {}): void {
  if (to === path.peek()) {
    repeats.value += 1;
    return;
  }
  if (replace) history.replaceState(history.state, '', href(to));
  else history.pushState({ inside: true }, '', href(to));
  path.value = to.split(/[?#]/)[0] as string;
}

/** To the address before this one, if it is the client's; else to `otherwise`. */
export function goBack(otherwise: string): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else navigate(otherwise, { replace: true });
}

/** Follows links to the client's own addresses without loading a page. */
export function listenToLinks(): void {
  addEventListener('popstate', () => {
    path.value = currentPath();
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a');
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.download) return;
    if (link.origin !== location.origin || !link.pathname.startsWith(`${ROOT}/`)) return;
    event.preventDefault();
    navigate(link.pathname.slice(ROOT.length) + link.search);
  });
}

/**
 * The parts of an address by a pattern such as `/rooms/:id`; null: it does not match. A last `?` makes a part optional.
 */
export function match<const Pattern extends string>(pattern: Pattern, address: string): Params<Pattern> | null {
  const wanted = pattern.split('/');
  const given = address.replace(/\/$/, '').split('/');
  const params: Record<string, string> = {};
  if (given.length > wanted.length) return null;
  for (const [index, word] of wanted.entries()) {
    const value = given[index];
    const name = /^:(\w+)\??$/.exec(word)?.[1];
    if (value === undefined || value === '') {
      if (!word.endsWith('?') && word !== '') return null;
    } else if (name !== undefined) params[name] = decodePart(value);
    else if (word !== value) return null;
  }
  return params as Params<Pattern>;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Params<Pattern extends string> = Pattern extends `${infer First}/${infer Rest}`
  ? Params<First> & Params<Rest>
  : Pattern extends `:${infer Name}?`
    ? { readonly [Key in Name]?: string }
    : Pattern extends `:${infer Name}`
      ? { readonly [Key in Name]: string }
      : unknown;
