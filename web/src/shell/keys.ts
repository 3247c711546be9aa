/** The letter of a key: on a keyboard of another alphabet, the Latin one in its place. */
export function letterOf({ key, code }: KeyboardEvent): string {
  return /^[a-z]$/i.test(key) || !code.startsWith('Key') ? key : code.slice('Key'.length).toLowerCase();
}
