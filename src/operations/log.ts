/** The log. Of an error or a request it shows what is named here and nothing else, as what they carry may be secret. */
import { type Logger, pino } from 'pino';

type Loggable = Error & { code?: unknown; table_name?: unknown; constraint_name?: unknown; routine?: unknown };
/** Causes of causes that are shown. */
const MAX_DEPTH = 4;
/** Bytes of lines that wait to be written; those beyond are dropped. */
const MAX_UNWRITTEN = 1_048_576;

export function createLogger(level: string): Logger {
  const output = pino.destination({ fd: process.stdout.fd, sync: true, maxLength: MAX_UNWRITTEN });
  // A terminal that was closed and a full disk take no lines: neither may end the server.
  output.on('error', () => {});
  return pino({ level, base: null, serializers: { err: showError, req: showRequest, res: showAnswer } }, output);
}

/** No `detail`, `parameters`, `input`, `$response`: PostgreSQL's and others' errors repeat what they were given. */
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
