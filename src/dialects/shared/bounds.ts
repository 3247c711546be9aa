/**
 * Bounds of what requests and frames bring, in characters unless said otherwise. Every schema of an input has them, so that
 * nothing longer is trimmed, normalised, matched or hashed. core's own rules are stricter and apply to tidied texts.
 */

/** A username or an e-mail before it is tidied. */
export const NAME = 1_024;
/** A password that is tried; core refuses new ones beyond 256. */
export const PASSWORD = 1_024;
export const TOKEN = 8_192;
export const LINK = 4_096;
/** A variable part of a path or a text of a query. */
export const PARAMETER = 1_024;
/** Elements of a list in a body. */
export const LIST = 1_000;
/** A text of a frame: no frame has more bytes. */
export const FRAME = 128 * 1_024;
