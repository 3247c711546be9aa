/**
 * The registry of dialects: a new one is one entry here. `src/dialects/index.ts` does not compile until it creates the
 * dialect, and test/dialects/registry.test.ts names the tests that are missing. It is data: settings load no dialect's code.
 */
const REGISTRY = {
  /** The native API. */
  koine: { canBeOpen: false },
  /** `canBeOpen`: its document has operations that carry the actor's id and no token. */
  board: { canBeOpen: true },
  social: { canBeOpen: true },
  messenger: { canBeOpen: false },
  relay: { canBeOpen: false },
  lounge: { canBeOpen: false },
} as const satisfies Record<string, { canBeOpen: boolean }>;

export type DialectName = keyof typeof REGISTRY;

export const DIALECTS = Object.keys(REGISTRY) as readonly DialectName[];
export const OPENABLE_DIALECTS = DIALECTS.filter((name) => REGISTRY[name].canBeOpen);
