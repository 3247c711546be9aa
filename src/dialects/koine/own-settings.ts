/** Settings of an account that the server obeys: who may reach it, and what is pushed to its browsers. */
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

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', minLength: 5, maxLength: 5 });
const QuietHours = Type.Object(
  {
    from: TimeOfDay,
    to: TimeOfDay,
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Of the IANA database, for example `Europe/Berlin`.',
    }),
  },
  { title: 'QuietHours', description: 'Nothing is pushed in them. They may pass midnight.' },
);
export const PushSettings = Type.Object(
  {
    text: Type.Boolean({ description: 'Whether what is pushed has the beginning of the text.' }),
    quietHours: Type.Union([QuietHours, Type.Null()]),
  },
  { title: 'PushSettings' },
);
