/** Circles that may write to an account, add it to groups and befriend it. */
import { Type } from 'typebox';

const CIRCLES = ['everybody', 'friends_of_friends', 'friends', 'nobody'] as const;
const Circle = Type.Unsafe<(typeof CIRCLES)[number]>({ type: 'string', enum: [...CIRCLES] });
export const Privacy = Type.Object(
  { write: Circle, add: Circle, befriend: Circle },
  {
    title: 'Privacy',
    description:
      'Circles that may open a direct room with the account, add it to groups, and become its friend without a request.',
  },
);
