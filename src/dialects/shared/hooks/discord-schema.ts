/** The routes of Discord's form, for their document. */
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { type AppError, type ErrorCode, invalid, notFound } from '../../../errors.ts';
import { PARAMETER } from '../bounds.ts';
import { PAYLOAD_MAX } from './discord-forms.ts';
import { DiscordMessage, DiscordWebhook } from './discord-shapes.ts';
import { MOST_EMBEDS, MOST_FIELDS } from './discord-text.ts';
import { HOOK_BODY } from './form.ts';

/** No text is longer than the body. */
const Text = Type.Optional(Type.String({ maxLength: HOOK_BODY }));
const Embed = Type.Object(
  {
    ...{ title: Text, url: Text, description: Text },
    author: Type.Optional(Type.Object({ name: Text })),
    fields: Type.Optional(Type.Array(Type.Object({ name: Text, value: Text }), { maxItems: MOST_FIELDS })),
    image: Type.Optional(Type.Object({ url: Text })),
    footer: Type.Optional(Type.Object({ text: Text })),
  },
  { title: 'DiscordEmbed' },
);
const Payload = Type.Object(
  { content: Text, embeds: Type.Optional(Type.Array(Embed, { maxItems: MOST_EMBEDS })), username: Text },
  {
    title: 'NewDiscordMessage',
    description:
      'It says something in `content` or `embeds`. Other members are ignored, and so is what exceeds a list.',
  },
);
const Form = Type.Object(
  {
    payload_json: Type.Optional(Payload),
    ...{ content: Text, username: Text },
    'files[0]': Type.Optional(
      Type.Unsafe<unknown>({
        type: 'string',
        format: 'binary',
        contentMediaType: 'application/octet-stream',
        description: 'And so on, to `files[9]`. Older names are taken too: `file`, `file0` to `file9`.',
      }),
    ),
  },
  { description: `\`payload_json\`, of at most ${PAYLOAD_MAX} characters, or its members as fields; and files.` },
);
const Segment = (description: string) => Type.String({ maxLength: PARAMETER, description });
const HookPath = { id: Segment('The id of the hook.'), secret: Segment('The secret of the hook.') };
const HookParams = Type.Object(HookPath);
const MessageParams = Type.Object({ ...HookPath, message: Segment('The id of a message that the hook wrote.') });
const Nothing = (description: string) => Type.Null({ description });
const ADDRESS = 'The path is `discordPath` of the hook; after `/api` it may have the version, `/v9` or `/v10`.';
const TAKEN = 'JSON of at most 256 KiB, whatever its `Content-Type`, or a form with files.';

const UNREADABLE = invalid('', 'json', 'The body is not a JSON object');
const EMPTY = invalid('content', 'required', 'The message is empty');
const OUT_OF_BOUNDS = invalid('content', 'long', 'A part of the request is out of its bounds');
const OF_WRITES: readonly ErrorCode[] = ['forbidden', 'too_large', 'quota_exceeded', 'overloaded', 'disk_full'];
const OF_BODY: readonly AppError[] = [UNREADABLE, EMPTY, OUT_OF_BOUNDS];

export const GET_HOOK: FastifySchema = {
  operationId: 'getDiscordHook',
  summary: "Get an incoming hook, in Discord's form",
  description: ADDRESS,
  errors: [OUT_OF_BOUNDS, 'not_found'],
  params: HookParams,
  response: { 200: DiscordWebhook },
};

export const CREATE: FastifySchema = {
  operationId: 'createDiscordMessage',
  summary: "Write in a room by an incoming hook, in Discord's form",
  description: `${ADDRESS} ${TAKEN} It becomes Markdown text; what is longer than a message may be is cut.`,
  errors: [...OF_BODY, 'not_found', ...OF_WRITES],
  params: HookParams,
  querystring: Type.Object({
    wait: Type.Optional(Type.Boolean({ description: 'Whether the message is answered.' })),
  }),
  body: { content: { 'application/json': { schema: Payload }, 'multipart/form-data': { schema: Form } } },
  response: { 200: DiscordMessage, 204: Nothing('The message is written; with `wait` it is answered.') },
};

export const GET_MESSAGE: FastifySchema = {
  operationId: 'getDiscordMessage',
  summary: 'Get a message that the hook wrote',
  errors: [OUT_OF_BOUNDS, 'not_found', notFound('message')],
  params: MessageParams,
  response: { 200: DiscordMessage },
};

export const UPDATE: FastifySchema = {
  operationId: 'updateDiscordMessage',
  summary: 'Give a message that the hook wrote another text',
  description: `${TAKEN} The files of the message stay as they are.`,
  errors: [...OF_BODY, 'not_found', notFound('message'), ...OF_WRITES],
  params: MessageParams,
  body: { content: { 'application/json': { schema: Payload }, 'multipart/form-data': { schema: Form } } },
  response: { 200: DiscordMessage },
};

export const REMOVE: FastifySchema = {
  operationId: 'removeDiscordMessage',
  summary: 'Delete a message that the hook wrote',
  errors: [OUT_OF_BOUNDS, 'not_found', notFound('message'), ...OF_WRITES],
  params: MessageParams,
  response: { 204: Nothing('The message is deleted.') },
};
