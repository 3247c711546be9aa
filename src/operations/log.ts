/** The log. Of errors and requests it writes only the fields named here, since the others may contain secrets. */
import { type Logger, pino } from 'pino';

type Loggable = Error & { code?: unknown; table_name?: unknown; constraint_name?: unknown; routine?: unknown };
/** Maximum depth of an error's causes. */
const MAX_DEPTH = 4;
/** Bytes of buffered log lines; lines beyond are dropped. */
const MAX_UNWRITTEN = 1_048_576;

export function createLogger(level: string): Logger {
  const output = pino.destination({ fd: process.stdout.fd, sync: true, maxLength: MAX_UNWRITTEN });
  // A closed terminal or a full disk must not crash the server.
  output.on('error', () => {});
  return pino({ level, base: null, serializers: { err: showError, req: showRequest, res: showAnswer } }, output);
}

/** Omits `detail`, `parameters`, `input` and `$response`: errors of PostgreSQL and others echo user input there. */
function showError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, code, table_name, constraint_name, routine, cause } = error as Loggable;
  const inner = cause instanceof Error && depth < MAX_DEPTH ? { cause: showError(cause, depth + 1) } : {};
  return { type: name, message, code, table: table_name, constraint: constraint_name, routine, stack, ...inner };
}

/** The query may hold a token. */
function showRequest({ method, url }: { method?: string; url?: string }): object {
  return { method, path: url?.split('?')[0] };
}

function showAnswer({ statusCode }: { statusCode?: number }): object {
  return { status: statusCode };
}
