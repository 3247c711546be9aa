/** Keeps the log readable while the same trouble meets every request: one line per kind and minute. */

/** In ms. */
const INTERVAL = 60_000;

/** `kind` is one of few: each has an entry that stays. `about`: what the line's record has beside its text. */
export type WriteOnceAMinute = (kind: string, line: string, about?: object) => void;

/** The next line of a kind says how many were left out since the one before. `now`: ms. */
export function onceAMinute(
  write: (line: string, about: object) => void,
  now: () => number = () => performance.now(),
): WriteOnceAMinute {
  const kinds = new Map<string, { writtenAt: number; omitted: number }>();
  return (kind, line, about = {}) => {
    const known = kinds.get(kind);
    if (known !== undefined && now() - known.writtenAt < INTERVAL) {
      known.omitted += 1;
      return;
    }
    kinds.set(kind, { writtenAt: now(), omitted: 0 });
    write(known?.omitted ? `${line} (${known.omitted} more since the last such line)` : line, about);
  };
}

/** A full disk meets every write, and is told without a stack. */
export function writeDiskFull({ cause }: { readonly cause?: unknown }, writeOnce: WriteOnceAMinute): void {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  writeOnce('disk full', `a write was refused, the disk is full${reason}`);
}
