/** A message of Discord as text: its Markdown and embeds. */
import { isObject, type Json, objectsIn, textIn } from './form.ts';
import { bold, clean, cut, joined, link } from './texts.ts';

export const MOST_EMBEDS = 10;
export const MOST_FIELDS = 25;
/** Seconds. */
const LATEST = 8.64e12;

/** `max`: characters. `''`: it says nothing. */
export function discordText(payload: Json, max: number): string {
  const embeds = objectsIn(payload.embeds, MOST_EMBEDS).map((embed) => embedText(embed, max));
  return cut(joined([markdown(payload.content, max), ...embeds], '\n\n').trim(), max);
}

/** Discord's references and timestamps in words. */
function markdown(value: unknown, max: number): string {
  return clean(textIn(value), max)
    .replace(/<(https?:\/\/[^\s<>]+)>/g, '$1')
    .replace(/<a?:(\w{1,64}):\d{1,20}>/g, ':$1:')
    .replace(/<(@|#)[!&]?(\d{1,20})>/g, '$1$2')
    .replace(/<t:(\d{1,13})(?::[a-zA-Z])?>/g, (all, seconds: string) => timeOf(Number(seconds)) ?? all);
}

function timeOf(seconds: number): string | null {
  if (seconds > LATEST) return null;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function embedText(embed: Json, max: number): string {
  const of = (part: unknown, name: string) => (isObject(part) ? part[name] : undefined);
  const fields = objectsIn(embed.fields, MOST_FIELDS).map((field) =>
    joined([bold(markdown(field.name, max)), markdown(field.value, max)], ': '),
  );
  return joined([
    markdown(of(embed.author, 'name'), max),
    bold(link(markdown(embed.title, max), textIn(embed.url))),
    markdown(embed.description, max),
    ...fields,
    link('', textIn(of(embed.image, 'url'))),
    markdown(of(embed.footer, 'text'), max),
  ]);
}
