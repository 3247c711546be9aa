/** Texts of hooks, in the same way for all forms. */
import { textIn } from './form.ts';

/** Characters of the name that a sender gives itself. */
const NAME_MAX = 80;
/** UTF-16 units of a text for each character that is shown: links and entities become shorter. */
const SLACK = 4;
const CUT = '…';
/** UTF-16 units. */
const URL_MAX = 2_000;
const WEB_ADDRESS = /^https?:\/\/[^\s<>\p{Cc}\p{Cs}]+$/iu;

/** Lines or paragraphs, without the empty ones. */
export function joined(parts: readonly string[], separator = '\n'): string {
  return parts.filter((part) => part.trim() !== '').join(separator);
}

/** A text of bounded length, without control characters. */
export function clean(text: string, characters: number): string {
  return text
    .slice(0, characters * SLACK)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .toWellFormed();
}

/** The text, cut to `max` characters. */
export function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const all = [...text.slice(0, 2 * characters + 2)];
  return all.length <= characters ? all.join('') : all.slice(0, characters - 1).join('') + CUT;
}

/** Under the name that the sender gives itself, if it is another one than the hook's. */
export function saidBy(name: unknown, { hook, text }: { readonly hook: string; readonly text: string }): string {
  const given = clean(textIn(name), NAME_MAX).replace(/\s+/g, ' ').trim().slice(0, NAME_MAX);
  return given === '' || given === hook ? text : joined([bold(given), text]);
}

export function bold(text: string): string {
  const line = text.trim();
  return line === '' ? '' : `**${line}**`;
}

/** `url` is shown only if it is a web address. A parenthesis would end a link of Markdown. */
export function link(text: string, url: string): string {
  if (url.length > URL_MAX || !WEB_ADDRESS.test(url)) return text;
  const address = url.replaceAll('(', '%28').replaceAll(')', '%29');
  return text === '' || text === url ? address : `[${text.replace(/[[\]]/g, '')}](${address})`;
}
