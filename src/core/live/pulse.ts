/** Flushes what changed at most once in an interval; the first change after a pause at once. */

export type Pulse<Member> = {
  readonly touch: (member: Member) => void;
  readonly touchAll: () => void;
  readonly forget: (member: Member) => void;
};

/** Members that are flushed in one turn: thousands at once would hold up everything else. */
const AT_ONCE = 64;

/** `interval`: ms. `flush` is called for each member that was touched since; of all `members`, if all were. */
export function createPulse<Member>(
  interval: number,
  members: ReadonlySet<Member>,
  flush: (member: Member) => void,
): Pulse<Member> {
  let touched = new Set<Member>();
  let due = new Set<Member>();
  let allAreTouched = false;
  let isDue = false;
  let flushedAt = Number.NEGATIVE_INFINITY;

  function begin(): void {
    due = allAreTouched ? new Set(members) : touched;
    touched = new Set();
    allAreTouched = false;
    flushedAt = performance.now();
    flushSome();
  }

  function flushSome(): void {
    let left = AT_ONCE;
    for (const member of due) {
      if (left === 0) return void setImmediate(flushSome);
      left -= 1;
      due.delete(member);
      flush(member);
    }
    isDue = false;
    if (allAreTouched || touched.size > 0) schedule();
  }

  function schedule(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(begin, Math.max(0, flushedAt + interval - performance.now())).unref();
  }

  return {
    touch: (member) => {
      touched.add(member);
      schedule();
    },
    touchAll: () => {
      allAreTouched = true;
      schedule();
    },
    forget: (member) => {
      touched.delete(member);
      due.delete(member);
    },
  };
}
