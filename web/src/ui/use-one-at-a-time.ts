import { useRef } from 'preact/hooks';

/** The same function for the component's life; while it is at work, further calls do nothing. Failures are left to later calls. */
export function useOneAtATime(work: () => Promise<unknown>): () => void {
  const latest = useRef(work);
  latest.current = work;
  const isBusy = useRef(false);
  const run = useRef(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    void latest
      .current()
      .catch(() => {})
      .finally(() => {
        isBusy.current = false;
      });
  });
  return run.current;
}
