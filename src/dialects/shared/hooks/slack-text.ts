/** A message of Slack as text: mrkdwn, blocks and attachments. */
import { isObject, type Json, objectsIn, textIn } from './form.ts';
import { bold, clean, cut, joined, link } from './texts.ts';

export const MOST_BLOCKS = 50;
export const MOST_ATTACHMENTS = 20;
export const MOST_FIELDS = 20;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** `max`: characters. `''`: it says nothing. */
export function slackText(payload: Json, max: number): string {
  const blocks = objectsIn(payload.blocks, MOST_BLOCKS).map((block) => blockText(block, max));
  const said = joined(blocks) || mrkdwn(textIn(payload.text), max);
  const attached = objectsIn(payload.attachments, MOST_ATTACHMENTS).map((one) => attachmentText(one, max));
  return cut(joined([said, ...attached], '\n\n').trim(), max);
}

/** As Markdown. Code is left as it is. */
export function mrkdwn(text: string, max: number): string {
  return clean(text, max)
    .split(/(```[^`]*```|`[^`\n]*`)/)
    .map((part, index) => unescaped(index % 2 === 1 ? part : styled(part)))
    .join('');
}

function styled(text: string): string {
  return text
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '**$1**')
    .replace(/(?<![\w~])~([^~\n]+)~(?![\w~])/g, '~~$1~~')
    .replace(/<([^<>|\n]*)(?:\|([^<>\n]*))?>/g, (_all, to: string, label = '') => reference(to, label));
}

/** `<https://…|label>`, `<@U1>`, `<#C1|name>`, `<!here>`, `<!date^…|fallback>`. */
function reference(to: string, label: string): string {
  if (to.startsWith('@')) return `@${label || to.slice(1)}`;
  if (to.startsWith('#')) return `#${label || to.slice(1)}`;
  if (to.startsWith('!')) return label || to.slice(1).split('^', 1).join('');
  if (to.startsWith('mailto:')) return label || to.slice('mailto:'.length);
  return link(label, unescaped(to)) || to;
}

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] as string);
}

function blockText(block: Json, max: number): string {
  const { type } = block;
  const fields = () => objectsIn(block.fields, MOST_FIELDS).map((field) => textObject(field, max));
  if (type === 'header') return bold(textObject(block.text, max));
  if (type === 'section') return joined([textObject(block.text, max), ...fields()]);
  if (type === 'context')
    return joined(
      elementsOf(block).map((one) => elementText(one, max)),
      ' ',
    );
  if (type === 'actions')
    return joined(
      elementsOf(block).map((one) => elementText(one, max)),
      ' · ',
    );
  if (type === 'image') return link(clean(textIn(block.alt_text), max), textIn(block.image_url));
  if (type === 'divider') return '———';
  return type === 'rich_text' ? richText(block, max) : '';
}

function elementsOf(block: Json): Json[] {
  return objectsIn(block.elements, MOST_FIELDS);
}

function elementText(element: Json, max: number): string {
  if (element.type === 'image') return clean(textIn(element.alt_text), max);
  if (element.type === 'button') return link(textObject(element.text, max), textIn(element.url));
  return textObject(element, max);
}

/** `{type: plain_text | mrkdwn, text}`. */
function textObject(value: unknown, max: number): string {
  if (!isObject(value)) return '';
  const text = textIn(value.text);
  return value.type === 'mrkdwn' ? mrkdwn(text, max) : clean(text, max);
}

/** Sections, quotes and code are of paragraphs, the elements of a section of one line; lists have an item a line. */
function richText(element: Json, max: number): string {
  const { type } = element;
  const inner = objectsIn(element.elements, MOST_BLOCKS).map((one) => richText(one, max));
  if (type === 'rich_text') return joined(inner);
  if (type === 'rich_text_list') return joined(inner.map((item) => `- ${item}`));
  if (type === 'rich_text_preformatted') return `\`\`\`\n${inner.join('')}\n\`\`\``;
  if (type === 'rich_text_quote') return `> ${inner.join('')}`;
  if (type === 'link') return link(clean(textIn(element.text), max), textIn(element.url));
  if (type === 'emoji') return `:${clean(textIn(element.name), 64)}:`;
  if (type === 'user') return `@${clean(textIn(element.user_id), 64)}`;
  return inner.length > 0 ? inner.join('') : clean(textIn(element.text), max);
}

function attachmentText(one: Json, max: number): string {
  const text = (value: unknown) => mrkdwn(textIn(value), max);
  const fields = objectsIn(one.fields, MOST_FIELDS).map((field) =>
    joined([bold(text(field.title)), text(field.value)], ': '),
  );
  const parts = joined([
    text(one.pretext),
    text(one.author_name),
    bold(link(text(one.title), textIn(one.title_link))),
    text(one.text),
    ...fields,
    ...objectsIn(one.blocks, MOST_BLOCKS).map((block) => blockText(block, max)),
    link('', textIn(one.image_url)),
    text(one.footer),
  ]);
  return parts || text(one.fallback);
}
