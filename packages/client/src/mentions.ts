/** Names that a text can mention as they are. */
const PLAIN = /^[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}_])?$/u;

/** How a text mentions somebody: `@name`, or `@"a name"`. */
export function mentionOf({ username }: { readonly username: string }): string {
  return PLAIN.test(username) ? `@${username}` : `@"${username}"`;
}
