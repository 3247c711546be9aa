/** The signals that stop a process in order, and the deadline after which it ends as it is. */

/**
 * Ctrl-C, a service manager, a terminal that is closed, Ctrl-\. None of them may end the process at once: PostgreSQL would
 * be left behind.
 */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

/**
 * The whole shutdown, and what is left of a start that it has to wait for, in ms. More than the deadlines of all its steps
 * together. What is not done by then is given up: nothing that was acknowledged can be lost.
 */
const STOP_DEADLINE = 30_000;

/**
 * Aborted by the first signal. Further ones change nothing: one Ctrl-C arrives twice where npm forwards what the terminal
 * has sent already. `lateCode`: the exit code where the deadline passes.
 */
export function stopOnSignals(lateCode: number): { readonly signal: AbortSignal; stopListening(): void } {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    setTimeout(() => process.exit(lateCode), STOP_DEADLINE).unref();
    stopping.abort();
  };
  for (const name of STOP_SIGNALS) process.on(name, stop);
  return {
    signal: stopping.signal,
    stopListening: () => {
      for (const name of STOP_SIGNALS) process.off(name, stop);
    },
  };
}
