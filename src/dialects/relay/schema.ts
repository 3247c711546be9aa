/** What relay takes and gives: the shapes of its two bodies, its two answers and its frames. */
import { Type } from 'typebox';
import { FRAME, NAME, PASSWORD } from '../shared/bounds.ts';

const PRINTABLE_ASCII = '^[!-~]+$';
/** bcrypt's habit, and the width of the document's column. */
export const PASSWORD_MAX_BYTES = 64;

/** A new account: the document's VARCHAR(8). */
export const SignUpBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 8, pattern: PRINTABLE_ASCII, examples: ['default'] }),
    password: Type.String({
      minLength: 1,
      maxLength: PASSWORD_MAX_BYTES,
      description: `At most ${PASSWORD_MAX_BYTES} bytes.`,
      examples: ['default'],
    }),
  },
  { title: 'SignUp' },
);

/** Any account may come in, whatever dialect made it. */
export const SignInBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME, examples: ['default'] }),
    password: Type.String({ minLength: 1, maxLength: PASSWORD, examples: ['default'] }),
  },
  { title: 'SignIn' },
);

export const SignedUp = Type.Literal('Success', { description: 'The account is made.' });
export const SignedIn = Type.String({ description: 'The JWT as plain text, without quotes.' });

export const CONNECT_FRAMES = {
  in: {
    token: Type.String({
      maxLength: FRAME,
      contentMediaType: 'text/plain',
      description:
        'The first frame: the JWT of `/signin`, unless the upgrade brought it along. Success is silent. White space around it does no harm, and a token that' +
        ' comes once more is swallowed.',
    }),
    text: Type.String({
      maxLength: FRAME,
      contentMediaType: 'text/plain',
      description: 'A message to the lobby: the whole frame is its body.',
      examples: ['Hello!'],
    }),
  },
  out: {
    message: Type.Object(
      {
        from: Type.String({ description: "The author's username." }),
        body: Type.String(),
        timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
      },
      {
        title: 'Message',
        description: "A message of the lobby, the reader's own too; at first those of its history, oldest first.",
        examples: [{ from: 'default', body: 'Hello!', timestamp: 1_709_627_391_000 }],
      },
    ),
    error: Type.Object(
      {
        from: Type.Literal('', { description: 'Nobody: it is no message.' }),
        body: Type.String({ description: 'Why, for clients that show every frame as a message.' }),
        timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
        error: Type.String({ description: 'Why.' }),
      },
      {
        title: 'Refusal',
        description:
          'Why a frame of the client was not taken. The socket stays open. It has the shape of a message, as a client may' +
          ' parse every frame as one.',
        examples: [
          {
            from: '',
            body: 'text must not be blank',
            timestamp: 1_709_627_391_000,
            error: 'text must not be blank',
          },
        ],
      },
    ),
  },
};
