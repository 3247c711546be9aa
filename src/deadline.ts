/** What is waited for no longer than it may take. */

/** @returns null where it took longer than `deadline` ms; it goes on then, and nobody listens */
export function withinDeadline<T>(work: Promise<T>, deadline: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), deadline);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
