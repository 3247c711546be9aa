/** The letters that Koine writes, as text and as HTML. */
import type { Letter, LetterFacts, LetterKind, Words } from './letter-kinds.ts';
import { ENGLISH } from './letters-en.ts';
import { RUSSIAN } from './letters-ru.ts';

export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `community`: its name. `name`: of the account, null if there is none. `link`: what the letter asks to open. */
export type Around = { readonly community: string; readonly name: string | null; readonly link: string | null };

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, ru: RUSSIAN };

export function isLanguage(text: string): text is Language {
  return LANGUAGES.some((one) => one === text);
}

export function write<K extends LetterKind>(
  language: Language,
  { kind, facts }: { kind: K; facts: LetterFacts[K] },
  { community, name, link }: Around,
): { subject: string; text: string; html: string } {
  const words = WORDS[language];
  const { subject, says, action }: Letter = words.letters[kind](facts, community);
  const greeting = name === null ? words.greetingOfNobody : words.greeting(name);
  const footer = words.footer(community);
  const paragraphs = [greeting, ...says];
  const asked = link === null || action === undefined ? [] : [`${action}:\n${link}`];
  return {
    subject: oneLine(subject),
    text: `${[...paragraphs, ...asked, `-- \n${footer}`].join('\n\n')}\n`,
    html: page(language, { paragraphs, action: action ?? '', link, footer }),
  };
}

type Page = { paragraphs: readonly string[]; action: string; link: string | null; footer: string };

function page(language: Language, { paragraphs, action, link, footer }: Page): string {
  const button =
    link === null || action === ''
      ? ''
      : `<p style="margin:24px 0"><a href="${escaped(link)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#3f4ad8;color:#ffffff;text-decoration:none;font-weight:600">${escaped(action)}</a></p>` +
        `<p style="font-size:13px;color:#5f6368;word-break:break-all">${escaped(link)}</p>`;
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"></head>` +
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:0 auto">' +
    paragraphs.map((one) => `<p>${escaped(one)}</p>`).join('') +
    `${button}<p style="margin-top:32px;font-size:13px;color:#5f6368">${escaped(footer)}</p></div></body></html>`
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}

/** Names of people and communities are in it. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
