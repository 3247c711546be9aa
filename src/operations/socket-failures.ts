/** Logs failures on open sockets. An outage affects all of them, so each cause is logged once a minute. */
import { type AppError, toAppError } from '../errors.ts';
import { FAILURE, type FailureReason } from '../hub/close-codes.ts';
import { onceAMinute, type WriteOnceAMinute, writeDiskFull } from '../limits/once-a-minute.ts';
import { toKnownError } from '../store/database.ts';

/** The id of the upgrade request, and the name of the dialect. */
export type SocketOrigin = { readonly reqId: string; readonly dialect: string };

type Write = (about: object, line: string) => void;

export type SocketFailures = ReturnType<typeof createSocketFailures>;

/** `writeOnce`: for a full disk, which HTTP requests report too. */
export function createSocketFailures(logger: { error: Write; warn: Write }, writeOnce: WriteOnceAMinute) {
  const error = onceAMinute((line, about) => logger.error(about, line));
  const warn = onceAMinute((line, about) => logger.warn(about, line));

  function write(what: string, failure: AppError, origin: SocketOrigin): void {
    const err = failure.cause ?? failure;
    const writeKind = failure.code === 'internal' ? error : warn;
    writeKind(`${what}, ${origin.dialect}, ${failure.code}, ${kindOf(err)}`, what, { ...origin, err });
  }

  return {
    /** @returns the reason with which to close the socket */
    closes: (cause: unknown, origin: SocketOrigin): FailureReason => {
      const failure = toAppError(toKnownError(cause));
      const reason = failure.code === 'internal' ? FAILURE.internal : FAILURE.tryLater;
      write(`a socket is closed with ${reason.code} (${reason.reason})`, failure, origin);
      return reason;
    },

    /** @returns the error for the client */
    refusesFrame: (cause: unknown, origin: SocketOrigin): AppError => {
      const failure = toAppError(toKnownError(cause));
      if (failure.code === 'disk_full') writeDiskFull(failure, writeOnce);
      else if (failure.status >= 500) write('a frame was refused', failure, origin);
      return failure;
    },
  };
}

/** Error codes of PostgreSQL and Node.js, or names of errors: a bounded set. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error ? String(error.code) : error.name;
}
