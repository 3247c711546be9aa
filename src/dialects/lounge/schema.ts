/** What lounge takes: the shapes of its bodies and of the one frame that it reads. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

export const CreateUserBody = Type.Object({
  email: Type.String({ minLength: 1 }),
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});

export const LoginBody = Type.Object({
  email: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
});

/** `from_user` and `sent_at` may stand beside; they are not believed. */
export const ChatMessageFrame = Compile(
  Type.Object({ type: Type.Literal('chat_message'), msg: Type.Object({ text: Type.String() }) }),
);
