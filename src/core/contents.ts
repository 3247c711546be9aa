/**
 * Validates texts before they are stored: by the rules of text.ts, and against sign-in tokens in them, since every reader could
 * act as the token's owner. Expired and ended tokens count, and refresh tokens too.
 */
import { invalid } from '../errors.ts';
import { hasAccessToken, isAccessToken } from './sessions/access-token-text.ts';
import type { Issuer } from './sessions/issuer.ts';
import type { Tokens } from './sessions/tokens.ts';
import { checkText } from './text.ts';

export type Contents = {
  /** Whether the text is a token and nothing else, apart from surrounding white space. */
  isToken(text: string): boolean;
  /** @throws AppError `invalid` */
  refuseToken(field: string, text: string): string;
  /**
   * Validates a text. Returns it unchanged.
   * @throws AppError `invalid`
   */
  check(field: string, text: string, maxLength: number): string;
};

/** Characters of an HS256 signature: the shortest one that counts, and the length of all of ours. */
const SIGNATURE = 43;
/** The shortest header, `{"alg":"HS256"}`, and the shortest payload that names an expiry. */
const HEADER_MIN = 20;
const PAYLOAD_MIN = 20;
/** Base64 of `{"`. */
const JSON_START = 'eyJ';
const TOKEN_MIN = HEADER_MIN + 1 + PAYLOAD_MIN + 1 + SIGNATURE;

export function createContents(tokens: Pick<Tokens, 'isSigned'>, issuer: Pick<Issuer, 'isNamedIn'> | null): Contents {
  function isToken(text: string): boolean {
    return tokens.isSigned(text) || isAccessToken(text) || (issuer?.isNamedIn(text) ?? false);
  }

  /**
   * Whether the text contains a token anywhere: in quotes, in a URL, behind a word. Short texts are skipped, and long ones cost at
   * most one verification for every `TOKEN_MIN` characters.
   */
  function hasToken(text: string): boolean {
    if (hasAccessToken(text)) return true;
    if (text.length < TOKEN_MIN || !hasTwoDots(text)) return false;
    return text.split(/[^\w.-]+/).some((run) => run.length >= TOKEN_MIN && candidatesIn(run).some(isToken));
  }

  function refuseToken(field: string, text: string): string {
    // Without the input, since the answer may be logged or shown.
    if (hasToken(text)) throw invalid(field, 'token', `${field} must not contain a sign-in token`);
    return text;
  }

  return {
    isToken: (text): boolean => isToken(text.trim()),
    refuseToken,
    check: (field, text, maxLength): string => refuseToken(field, checkText(field, text, maxLength)),
  };
}

/** A cheap test that most texts fail, so that only few are parsed as tokens. */
function hasTwoDots(text: string): boolean {
  const first = text.indexOf('.');
  return first >= 0 && text.indexOf('.', first + 1) >= 0;
}

/** Each three neighbouring parts between dots, as they are and with characters around the token cut off. */
function candidatesIn(run: string): string[] {
  const parts = run.split('.');
  return parts.flatMap((signature, index) => {
    const [header = '', payload = ''] = parts.slice(index - 2, index);
    if (index < 2 || header.length < HEADER_MIN || payload.length < PAYLOAD_MIN || signature.length < SIGNATURE)
      return [];
    const start = header.lastIndexOf(JSON_START);
    const cut = `${header.slice(Math.max(0, start))}.${payload}.${signature.slice(0, SIGNATURE)}`;
    return [`${header}.${payload}.${signature}`, cut];
  });
}
