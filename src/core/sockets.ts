/** What dialects need of live sockets. */
export { CLOSE, FAILURE } from '../hub/close-codes.ts';
export type { Connection } from '../hub/connection.ts';
