/** The end of a test file: a process runs one file after another, and what a file's tests share ends with it. */

const steps: (() => Promise<void>)[] = [];

export function atEndOfFile(step: () => Promise<void>): void {
  steps.push(step);
}

/** Runs every step; a failing one does not skip the others. */
export async function endFile(): Promise<void> {
  const ends = await Promise.allSettled(steps.splice(0).map((step) => step()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
