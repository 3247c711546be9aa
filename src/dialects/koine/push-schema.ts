/** Web Push: what is pushed to an account, and a browser's subscription. */
import { Type } from 'typebox';

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

/** Base64url of so many bytes. */
const bytes = (description: string) => Type.String({ minLength: 1, maxLength: 128, description });
export const PushWish = Type.Object(
  {
    endpoint: Type.String({ minLength: 1, maxLength: 1024, description: 'An https URL at a public address.' }),
    keys: Type.Object({
      p256dh: bytes('A point of P-256, 65 bytes in base64url.'),
      auth: bytes('16 bytes in base64url.'),
    }),
  },
  { title: 'PushWish', description: 'As `PushSubscription.toJSON()` of a browser has it.' },
);
