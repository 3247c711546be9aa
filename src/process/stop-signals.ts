/** Signals that start a graceful shutdown, and its deadline. */

/**
 * Ctrl-C, a service manager, a closed terminal, Ctrl-\. None may end the process at once: PostgreSQL would be left
 * running.
 */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

/**
 * Deadline of the whole shutdown and of a start that it waits for, in ms; more than the deadlines of all steps
 * together. Steps unfinished by then are abandoned, which loses nothing acknowledged.
 */
const STOP_DEADLINE = 30_000;

/**
 * Aborted by the first signal. Further signals are ignored: npm forwards a Ctrl-C that the terminal has sent already.
 * `lateCode`: the exit code if the deadline passes.
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
