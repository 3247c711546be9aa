/** Flushes what changed at most once in an interval; the first change after a pause at once. */

export type Pulse<Member> = { readonly touch: (member: Member) => void; readonly forget: (member: Member) => void };

/** `interval`: ms. `flush` is called for each member that was touched since. */
export function createPulse<Member>(interval: number, flush: (member: Member) => void): Pulse<Member> {
  let touched = new Set<Member>();
  let isDue = false;
  let flushedAt = Number.NEGATIVE_INFINITY;

  function flushAll(): void {
    const due = touched;
    touched = new Set();
    isDue = false;
    flushedAt = performance.now();
    for (const member of due) flush(member);
  }

  return {
    touch: (member) => {
      touched.add(member);
      if (!isDue) setTimeout(flushAll, Math.max(0, flushedAt + interval - performance.now())).unref();
      isDue = true;
    },
    forget: (member) => void touched.delete(member),
  };
}
