import { Problem } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { explain, useIsLive } from './koine.ts';

/** Why something is not there: it does not exist, or could not be read. */
export type Failure = { readonly isMissing: boolean; readonly text: string };

/** Reads when one of `about` changes, and again when there is a connection after a failure. @returns the failure */
export function useReading(read: () => Promise<unknown>, about: readonly unknown[]): Failure | null {
  const [failure, setFailure] = useState<Failure | null>(null);
  const isAgain = useIsLive() && failure !== null;
  useEffect(() => {
    let isCurrent = true;
    const end = (how: Failure | null) => isCurrent && setFailure(how);
    read().then(
      () => end(null),
      (error: unknown) =>
        end({ isMissing: error instanceof Problem && error.code === 'not_found', text: explain(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [...about, isAgain]);
  return failure;
}
