/** The parts of live sockets that dialects use. */
export { CLOSE, FAILURE } from '../hub/close-codes.ts';
export type { Connection } from '../hub/connection.ts';
