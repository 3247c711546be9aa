/** Waits with a deadline. */

/** @returns null if it took longer than `deadline` ms; the work continues, and its result is ignored */
export function withinDeadline<T>(work: Promise<T>, deadline: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), deadline);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
