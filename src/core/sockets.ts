/** What dialects need of live sockets. */
export { CLOSE } from '../hub/close-codes.ts';
export type { Connection } from '../hub/connection.ts';
