/** What relay takes: the shapes of its two bodies. */
import { Type } from 'typebox';

const PRINTABLE_ASCII = '^[!-~]+$';
/** bcrypt's habit, and the width of the document's column. */
export const PASSWORD_MAX_BYTES = 64;

/** A new account: the document's VARCHAR(8). */
export const SignUpBody = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 8, pattern: PRINTABLE_ASCII }),
  password: Type.String({ minLength: 1, maxLength: PASSWORD_MAX_BYTES }),
});

/** Any account may come in, whatever dialect made it. */
export const SignInBody = Type.Object({
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});
