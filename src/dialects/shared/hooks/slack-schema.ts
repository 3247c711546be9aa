/** The route of Slack's form, for its document. */
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import { invalid } from '../../../errors.ts';
import { PARAMETER } from '../bounds.ts';
import { HOOK_BODY } from './form.ts';
import { MOST_ATTACHMENTS, MOST_BLOCKS, MOST_FIELDS } from './slack-text.ts';

/** No text is longer than the body. */
const Text = Type.Optional(Type.String({ maxLength: HOOK_BODY }));
const listOf = <Item extends object>(item: Item, maxItems: number) =>
  Type.Optional(Type.Unsafe<Item[]>({ type: 'array', items: item, maxItems }));

const TextObject = Type.Object({ type: Text, text: Text }, { title: 'SlackText', description: 'Of mrkdwn or plain.' });
const Element = Type.Object({
  ...{ type: Text, url: Text, alt_text: Text, name: Text, user_id: Text },
  text: Type.Optional(Type.Union([TextObject, Type.String({ maxLength: HOOK_BODY })])),
  elements: Type.Optional(Type.Array(Type.Unknown(), { maxItems: MOST_BLOCKS })),
});
const Block = Type.Object(
  {
    type: Type.Optional(
      Type.Unsafe<string>({
        type: 'string',
        enum: ['header', 'section', 'context', 'actions', 'image', 'divider', 'rich_text'],
      }),
    ),
    text: Type.Optional(TextObject),
    fields: listOf(TextObject, MOST_FIELDS),
    elements: listOf(Element, MOST_FIELDS),
    ...{ alt_text: Text, image_url: Text },
  },
  { title: 'SlackBlock', description: 'One of another type says nothing here.' },
);
const Attachment = Type.Object(
  {
    ...{ fallback: Text, pretext: Text, author_name: Text, title: Text, title_link: Text, text: Text },
    fields: listOf(Type.Object({ title: Text, value: Text }), MOST_FIELDS),
    blocks: listOf(Block, MOST_BLOCKS),
    ...{ image_url: Text, footer: Text },
  },
  { title: 'SlackAttachment' },
);
const Payload = Type.Object(
  { text: Text, blocks: listOf(Block, MOST_BLOCKS), attachments: listOf(Attachment, MOST_ATTACHMENTS), username: Text },
  {
    title: 'SlackMessage',
    description:
      'It says something in `text`, `blocks` or `attachments`. Other members are ignored, and so is what exceeds a list.',
  },
);
const Segment = (description: string) => Type.String({ maxLength: PARAMETER, description });

export const CREATE: FastifySchema = {
  operationId: 'createSlackMessage',
  summary: "Write in a room by an incoming hook, in Slack's form",
  description:
    'The path is `slackPath` of the hook. The body is JSON of at most 256 KiB, whatever its `Content-Type`, or a form with' +
    ' `payload`. It becomes Markdown text; what is longer than a message may be is cut. Every answer is a word of Slack.',
  errors: [
    invalid('', 'json', 'The payload is not a JSON object'),
    invalid('text', 'required', 'The payload says nothing'),
    ...(['forbidden', 'not_found', 'too_large', 'quota_exceeded', 'overloaded', 'disk_full'] as const),
  ],
  produces: ['text/plain'],
  params: Type.Object({
    team: Segment('Any word.'),
    hook: Segment('`B` and the id of the hook.'),
    secret: Segment('The secret of the hook.'),
  }),
  body: {
    content: {
      'application/json': { schema: Payload },
      'application/x-www-form-urlencoded': { schema: Type.Object({ payload: Payload }) },
    },
  },
  response: { 200: Type.Literal('ok', { description: 'The message is written.' }) },
};
