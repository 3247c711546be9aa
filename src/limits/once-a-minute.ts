/** Throttles log lines: one line per kind and minute while the same problem meets every request. */

/** In ms. */
const INTERVAL = 60_000;

/** `kind` must be one of few, since entries are never removed. `about`: further fields of the log record. */
export type WriteOnceAMinute = (kind: string, line: string, about?: object) => void;

/** The next line of a kind says how many were suppressed since the one before. `now`: ms. */
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

/** Logs a full disk without a stack, since it meets every write. */
export function writeDiskFull({ cause }: { readonly cause?: unknown }, writeOnce: WriteOnceAMinute): void {
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  writeOnce('disk full', `a write was refused, the disk is full${reason}`);
}
