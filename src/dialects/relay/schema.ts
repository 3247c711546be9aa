/** The schemas of relay's requests, answers and frames. */
import { Type } from 'typebox';
import { FRAME, NAME, PASSWORD } from '../shared/bounds.ts';

const PRINTABLE_ASCII = '^[!-~]+$';
/** The width of the column in the published document. */
export const PASSWORD_MAX_BYTES = 64;

/** A new account. The published document has a VARCHAR(8) for the username. */
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

/** Any account may sign in, whatever dialect created it. */
export const SignInBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME, examples: ['default'] }),
    password: Type.String({ minLength: 1, maxLength: PASSWORD, examples: ['default'] }),
  },
  { title: 'SignIn' },
);

export const SignedUp = Type.Literal('Success', { description: 'The account was created.' });
export const SignedIn = Type.String({ description: 'The JWT as plain text, without quotes.' });

export const CONNECT_FRAMES = {
  in: {
    token: Type.String({
      maxLength: FRAME,
      contentMediaType: 'text/plain',
      description:
        'The first frame: the JWT of `/signin`, unless the upgrade carried it. There is no answer on success. Surrounding white' +
        ' space is ignored, and so is a token that is sent again later.',
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
        description: 'A message of the lobby; authors receive their own too. The history comes first, oldest first.',
        examples: [{ from: 'default', body: 'Hello!', timestamp: 1_709_627_391_000 }],
      },
    ),
    error: Type.Object(
      {
        from: Type.Literal('', { description: 'Empty: it is not a message.' }),
        body: Type.String({ description: 'The reason, for clients that show every frame as a message.' }),
        timestamp: Type.Integer({ description: 'Unix milliseconds.' }),
        error: Type.String({ description: 'The reason.' }),
      },
      {
        title: 'Refusal',
        description:
          'Why a frame of the client was refused. The socket stays open. It has the shape of a message, since a client may' +
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
