/** The schemas of lounge's requests, answers and frames. */
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { FRAME, NAME, PASSWORD } from '../shared/bounds.ts';

const Email = Type.String({ minLength: 1, maxLength: NAME, examples: ['user_email@example.com'] });
const Password = Type.String({ minLength: 1, maxLength: PASSWORD, examples: ['correct horse'] });

export const CreateUserBody = Type.Object(
  {
    email: Email,
    username: Type.String({ minLength: 1, maxLength: NAME, examples: ['User Name'] }),
    password: Password,
  },
  { title: 'CreateUser' },
);

export const LoginBody = Type.Object({ email: Email, password: Password }, { title: 'Login' });

const Id = Type.String({ pattern: '^\\d+$', examples: ['4'] });

export const CreatedUser = Type.Object(
  { id: Id, username: Type.String(), email: Type.String() },
  { title: 'User', description: 'The account was created.' },
);

export const LoggedIn = Type.Object(
  { id: Id, username: Type.String(), token: Type.String({ description: 'A JWT.' }) },
  { title: 'Session', description: 'The token for `/join`.' },
);

export const Status = Type.Object(
  { status: Type.Literal('ok') },
  { title: 'Status', description: 'The server is up.' },
);

export const ErrorBody = Type.Object({ error: Type.String() }, { title: 'Error' });

/** Clients may send `from_user` and `sent_at` too: both are ignored. */
const ChatMessageIn = Type.Object(
  { type: Type.Literal('chat_message'), msg: Type.Object({ text: Type.String({ maxLength: FRAME }) }) },
  {
    description: 'Sends a message to the lobby. Other fields are ignored.',
    examples: [{ type: 'chat_message', msg: { text: 'Hello!' } }],
  },
);
export const ChatMessageFrame = Compile(ChatMessageIn);

function frame<Name extends string, Msg extends TSchema>(type: Name, description: string, msg: Msg) {
  const sentAt = Type.String({ format: 'date-time' });
  return Type.Object({ type: Type.Literal(type), sent_at: sentAt, msg }, { description });
}

export const JOIN_FRAMES = {
  in: { chat_message: ChatMessageIn },
  out: {
    users_online: frame(
      'users_online',
      'The first frame: the users who were online before, sorted, each once.',
      Type.Object({ list: Type.Array(Type.String()) }),
    ),
    user_joined: frame(
      'user_joined',
      "A user's first socket was opened; readers receive their own too.",
      Type.Object({ username: Type.String() }),
    ),
    user_left: frame('user_left', "A user's last socket was closed.", Type.Object({ username: Type.String() })),
    chat_message: frame(
      'chat_message',
      'A message to the lobby; authors receive their own too. `sent_at` is when the server stored it.',
      Type.Object({ from_user: Type.String(), text: Type.String() }),
    ),
    error: frame(
      'error',
      'Why a frame of the client was refused. The socket stays open.',
      Type.Object({ error: Type.String() }),
    ),
  },
};
