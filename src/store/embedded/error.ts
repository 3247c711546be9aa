/** The embedded database cannot be started or stopped; the message is one line meant for the person who runs Koine. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
