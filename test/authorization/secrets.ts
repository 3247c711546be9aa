/** What must not be in answers: e-mails of others, what is said in private, anybody's tokens and hashes, names from inside. */
import { type Cast, PRIVATE_TITLE, PRIVATE_WORDS } from './cast.ts';
import { type Ask, OUTSIDERS, type Role } from './table.ts';

const EMAIL = /mail-of-[\w-]+@example\.org/g;
/** Of the database and of core: no document has them. */
const INTERNAL =
  /\$argon2\w*|"(?:password_?hash|(?:username|email|avatar|object|preview)_?key|is_?admin|session_?id|sid|refresh_id|expires_?at|disabled_?at|tokens_from)"/gi;

/** Which of that is in the text, though whoever asked so may not see it. */
export function secretsIn(
  text: string,
  { cast, role, ask, hideEmails }: { cast: Cast; role: Role; ask: Ask; hideEmails: boolean },
): string[] {
  const outside = OUTSIDERS.includes(role);
  const own = [cast.who(role)?.email, ...(JSON.stringify(ask.body ?? '').match(EMAIL) ?? [])];
  const emails = (text.match(EMAIL) ?? []).filter((email) => !own.includes(email));
  const inChat = role === 'owner' || role === 'member';
  return [
    ...(outside || (hideEmails && role !== 'admin') ? new Set(emails) : []),
    ...new Set(text.match(INTERNAL) ?? []),
    ...(!inChat && text.includes(PRIVATE_WORDS) ? [PRIVATE_WORDS] : []),
    ...(!inChat && role !== 'admin' && text.includes(PRIVATE_TITLE) ? [PRIVATE_TITLE] : []),
    ...cast.credentials.filter((secret) => text.includes(secret)),
  ];
}
