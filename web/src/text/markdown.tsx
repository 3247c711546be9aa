/**
 * A subset of Markdown as elements: what people write in chats. Nothing is ever parsed as HTML; links lead only to
 * schemes of the list.
 */
import '../styles/prose.css';
import { signal } from '@preact/signals';
import type { Token, Tokens } from 'marked';
import type { ComponentChild } from 'preact';
import { pathOfPerson } from '../people/links.ts';
import { href } from '../router.ts';
import { memo } from '../ui/memo.ts';

/** A person that the text may mention: the name as written, and whether it is the reader. */
export type Mentioned = ReadonlyMap<string, { readonly isMe: boolean }>;

type Props = {
  readonly text: string;
  /** Null: whatever looks like a mention is one. */
  readonly mentioned?: Mentioned | null;
};

const SCHEMES = /^(https?:|mailto:|xmpp:|matrix:|tel:)/i;
/** A text without any of these is a paragraph. */
const HAS_MARKUP = /[*_~`>#\-+[\]<|\\:&]|\d[.)]|www\.|^ {4}|\t/m;
const MENTION = /(^|[^\p{L}\p{N}_/])@(?:([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?)|"([^"\n]{1,64})")/gu;
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** Deeper nesting than people write is shown as text. */
const MOST_NESTED = 8;
/** So is a text with more marks than people make: the time for them grows with their square. */
const MOST_MARKS = 1_000;
const MARKS = /[*_~`[\]<>]/g;

type Lex = (text: string) => readonly Token[];

/** Null: not loaded yet; texts are shown as they are written. */
const lexer = signal<Lex | null>(null);

export async function loadLexer(): Promise<void> {
  lexer.value = (await import('./lexer.ts')).lex;
}

export const Prose = memo(({ text, mentioned = null }: Props) => {
  if (ONLY_EMOJI.test(text)) return <div class="prose only-emoji">{text}</div>;
  const lex = lexer.value;
  const tokens = lex && HAS_MARKUP.test(text) ? tokensOf(text, lex) : null;
  return <div class="prose">{tokens ? blocks(tokens, mentioned, 0) : <p>{lines(text, mentioned)}</p>}</div>;
});

/** Null: the text is shown as it is. */
function tokensOf(text: string, lex: Lex): readonly Token[] | null {
  if ((text.match(MARKS)?.length ?? 0) > MOST_MARKS) return null;
  try {
    return lex(text);
  } catch {
    // The lexer calls itself for each quote or list in another one: thousands exceed the stack.
    return null;
  }
}

function lines(text: string, mentioned: Mentioned | null): ComponentChild[] {
  return text
    .split('\n')
    .flatMap((line, index) => [index > 0 ? <br key={`br${index}`} /> : null, withMentions(line, mentioned)]);
}

function withMentions(text: string, mentioned: Mentioned | null): ComponentChild {
  if (!text.includes('@')) return text;
  const parts: ComponentChild[] = [];
  let done = 0;
  for (const found of text.matchAll(MENTION)) {
    const [all, before = '', word, quoted = ''] = found;
    const name = word ?? quoted;
    const who = mentioned?.get(name.toLowerCase());
    if (mentioned !== null && !who) continue;
    parts.push(text.slice(done, found.index) + before);
    parts.push(
      <a key={found.index} class={who?.isMe ? 'mention me' : 'mention'} href={href(pathOfPerson({ username: name }))}>
        @{name}
      </a>,
    );
    done = found.index + all.length;
  }
  return done === 0 ? text : [...parts, text.slice(done)];
}

function blocks(tokens: readonly Token[], mentioned: Mentioned | null, depth: number): ComponentChild[] {
  if (depth > MOST_NESTED) return tokens.map(({ raw }) => raw);
  return tokens.map((token, index) => <Block key={index} token={token} mentioned={mentioned} depth={depth + 1} />);
}

type TokenProps<Kind> = { readonly token: Kind; readonly mentioned: Mentioned | null; readonly depth: number };

function Block({ token, mentioned, depth }: TokenProps<Token>): ComponentChild {
  const inner = () => inline((token as Tokens.Paragraph).tokens ?? [], mentioned, depth);
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return (
        <p>
          <strong>{inner()}</strong>
        </p>
      );
    case 'hr':
      return <hr />;
    case 'code':
      // Scrollable content is reachable by keyboard.
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token.tokens ?? [], mentioned, depth)}</blockquote>;
    case 'list':
      return <List token={token as Tokens.List} mentioned={mentioned} depth={depth} />;
    case 'text':
      return token.tokens ? inner() : withMentions(token.raw, mentioned);
    case 'paragraph':
      return <p>{inner()}</p>;
    default:
      return <p>{lines(token.raw.trimEnd(), mentioned)}</p>;
  }
}

function List({ token: { ordered, start, items }, mentioned, depth }: TokenProps<Tokens.List>) {
  const entries = items.map((item, index) => (
    <li key={index}>
      {item.task && (item.checked ? '☑ ' : '☐ ')}
      {blocks(item.tokens, mentioned, depth)}
    </li>
  ));
  return ordered ? <ol start={Number(start) || 1}>{entries}</ol> : <ul>{entries}</ul>;
}

function inline(tokens: readonly Token[], mentioned: Mentioned | null, depth: number): ComponentChild[] {
  if (depth > MOST_NESTED) return tokens.map(({ raw }) => raw);
  return tokens.map((token, index) => <Inline key={index} token={token} mentioned={mentioned} depth={depth + 1} />);
}

function Inline({ token, mentioned, depth }: TokenProps<Token>): ComponentChild {
  const inner = () => inline((token as Tokens.Strong).tokens ?? [], mentioned, depth);
  switch (token.type) {
    case 'strong':
      return <strong>{inner()}</strong>;
    case 'em':
      return <em>{inner()}</em>;
    case 'del':
      return <del>{inner()}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'escape':
      return token.text;
    case 'link':
      return <SafeLink to={token.href}>{inner()}</SafeLink>;
    case 'image':
      return <SafeLink to={token.href}>{token.text || token.href}</SafeLink>;
    case 'text':
      return token.tokens ? inner() : lines(token.raw, mentioned);
    default:
      return lines(token.raw, mentioned);
  }
}

function SafeLink({ to, children }: { readonly to: string; readonly children: ComponentChild }) {
  if (!SCHEMES.test(to) || !URL.canParse(to)) return <>{children}</>;
  const url = new URL(to);
  // Links to this place stay in this window.
  if (url.origin === location.origin && url.pathname.startsWith('/app/')) return <a href={url.href}>{children}</a>;
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {children}
    </a>
  );
}

/** The text without its markup, on one line: for previews. */
export function plainText(text: string): string {
  return text
    .replace(/```\w*\n?/g, ' ')
    .replace(/\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`)(\S(?:.*?\S)?)\1/g, '$2')
    .replace(/^\s*>\s?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}
