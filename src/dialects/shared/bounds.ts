/**
 * Bounds of inputs in requests and frames, in characters unless said otherwise. Every input schema has one, so that nothing
 * longer is trimmed, normalised, matched or hashed. core's rules are stricter and apply to normalised texts.
 */

/** A username or an e-mail address before it is normalised. */
export const NAME = 1_024;
/** A password at sign-in; core refuses new passwords longer than 256. */
export const PASSWORD = 1_024;
export const TOKEN = 8_192;
export const LINK = 4_096;
/** A path parameter or a text in a query. */
export const PARAMETER = 1_024;
/** Elements of a list in a body. */
export const LIST = 1_000;
/** A text in a frame: no frame has more bytes. */
export const FRAME = 128 * 1_024;
