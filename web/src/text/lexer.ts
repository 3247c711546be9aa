/** The largest part of showing Markdown, in a file of its own: most of what is said has none. */
import { Lexer, type Token } from 'marked';

export const lex = (text: string): readonly Token[] => Lexer.lex(text, { gfm: true, breaks: true });
