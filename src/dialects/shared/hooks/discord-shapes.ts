/** Messages and hooks as Discord shows them. */
import { Type } from 'typebox';
import type { IncomingHook } from '../../../core/hooks/hook-posts.ts';
import type { File, Message } from '../../../core/model.ts';

/** The type of a message that is nothing special, and of an incoming hook. */
const DEFAULT_MESSAGE = 0;
const INCOMING = 1;

/** The place of a message. */
type Place = { readonly hook: string; readonly channel: string; readonly urlOf: (file: File) => string };

const Text = Type.String();
const NullableText = Type.Union([Text, Type.Null()]);
const NullableCount = Type.Union([Type.Integer(), Type.Null()]);
const Moment = Type.String({ format: 'date-time' });
/** The value of Discord's fields that messages do not have here. */
const Nothing = Type.Array(Type.Unknown(), { maxItems: 0 });

export const DiscordMessage = Type.Object(
  {
    ...{ id: Text, type: Type.Integer(), channel_id: Text, webhook_id: Text, content: Text },
    author: Type.Object({ id: Text, username: Text, avatar: Type.Null(), discriminator: Text, bot: Type.Boolean() }),
    attachments: Type.Array(
      Type.Object({
        ...{ id: Text, filename: Text, size: Type.Integer(), width: NullableCount, height: NullableCount },
        ...{ url: Text, proxy_url: Text },
      }),
    ),
    ...{ timestamp: Moment, edited_timestamp: Type.Union([Moment, Type.Null()]) },
    ...{ embeds: Nothing, mentions: Nothing, mention_roles: Nothing, components: Nothing },
    ...{ pinned: Type.Boolean(), mention_everyone: Type.Boolean(), tts: Type.Boolean(), flags: Type.Integer() },
  },
  { title: 'DiscordMessage', description: 'A message that the hook wrote.' },
);

/** The id of a message: its position in the room. */
export function discordMessage(message: Message, { hook, channel, urlOf }: Place) {
  const { seq, body, author, createdAt, editedAt, files } = message;
  return {
    id: String(seq),
    type: DEFAULT_MESSAGE,
    channel_id: channel,
    webhook_id: hook,
    content: body,
    author: { id: hook, username: author.name ?? author.username, avatar: null, discriminator: '0000', bot: true },
    attachments: files.map((file) => ({
      ...{ id: file.uid, filename: file.name ?? file.key, size: file.bytes, width: file.width, height: file.height },
      url: urlOf(file),
      proxy_url: urlOf(file),
    })),
    timestamp: new Date(createdAt).toISOString(),
    edited_timestamp: editedAt === null ? null : new Date(editedAt).toISOString(),
    ...{ embeds: [], mentions: [], mention_roles: [], components: [] },
    ...{ pinned: false, mention_everyone: false, tts: false, flags: 0 },
  };
}

export const DiscordWebhook = Type.Object(
  {
    ...{ id: Text, token: Text, type: Type.Integer(), channel_id: Text, guild_id: Type.Null() },
    ...{ application_id: Type.Null(), name: NullableText, avatar: Type.Null() },
  },
  { title: 'DiscordWebhook', description: 'The hook.' },
);

export function discordWebhook({ id, roomUid, author }: IncomingHook, token: string) {
  return {
    ...{ id, token, type: INCOMING, channel_id: roomUid, guild_id: null, application_id: null },
    name: author.name,
    avatar: null,
  };
}
