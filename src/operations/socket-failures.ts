/** The log of what fails on open sockets. A broken database meets them all, so a cause is written once a minute. */
import { type AppError, toAppError } from '../errors.ts';
import { FAILURE, type FailureReason } from '../hub/close-codes.ts';
import { onceAMinute, type WriteOnceAMinute, writeDiskFull } from '../limits/once-a-minute.ts';
import { withoutOutage } from '../store/database.ts';

/** Whose socket it is: the id of the request that opened it, and the dialect's name. */
export type SocketOrigin = { readonly reqId: string; readonly dialect: string };

type Write = (about: object, line: string) => void;

export type SocketFailures = ReturnType<typeof createSocketFailures>;

/** `writeOnce`: for a full disk, which requests meet as well. */
export function createSocketFailures(logger: { error: Write; warn: Write }, writeOnce: WriteOnceAMinute) {
  const error = onceAMinute((line, about) => logger.error(about, line));
  const warn = onceAMinute((line, about) => logger.warn(about, line));

  function write(what: string, failure: AppError, origin: SocketOrigin): void {
    const err = failure.cause ?? failure;
    const writeKind = failure.code === 'internal' ? error : warn;
    writeKind(`${what}, ${origin.dialect}, ${failure.code}, ${kindOf(err)}`, what, { ...origin, err });
  }

  return {
    /** @returns what the socket is to be closed with */
    closes: (cause: unknown, origin: SocketOrigin): FailureReason => {
      const failure = toAppError(withoutOutage(cause));
      const reason = failure.code === 'internal' ? FAILURE.internal : FAILURE.tryLater;
      write(`a socket is closed with ${reason.code} (${reason.reason})`, failure, origin);
      return reason;
    },

    /** @returns what the client is told */
    refusesFrame: (cause: unknown, origin: SocketOrigin): AppError => {
      const failure = toAppError(withoutOutage(cause));
      if (failure.code === 'disk_full') writeDiskFull(failure, writeOnce);
      else if (failure.status >= 500) write('a frame was refused', failure, origin);
      return failure;
    },
  };
}

/** PostgreSQL's and Node's codes, and the names of errors: all of them are fixed. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error ? String(error.code) : error.name;
}
