/** Texts that no answer may contain: e-mails of others, private messages, tokens and hashes, internal names. */
import { type Cast, PRIVATE_TITLE, PRIVATE_WORDS } from './cast.ts';
import { type Ask, OUTSIDERS, type Role } from './table.ts';

const EMAIL = /mail-of-[\w-]+@example\.org/g;
/** Internal names of the database and of core, which no document contains. */
const INTERNAL =
  /\$argon2\w*|"(?:password_?hash|(?:username|email|avatar|object|preview)_?key|is_?admin|session_?id|sid|refresh_id|expires_at|disabled_?at|tokens_from)"/gi;

type Reading = { cast: Cast; role: Role; ask: Ask; hideEmails: boolean };

/** E-mail addresses in the text that its reader must not see. */
export function emailsIn(text: string, { cast, role, ask, hideEmails }: Reading): string[] {
  if (!OUTSIDERS.includes(role) && (!hideEmails || role === 'admin')) return [];
  const own = [cast.who(role)?.email, ask.email, ...(JSON.stringify(ask.body ?? '').match(EMAIL) ?? [])];
  return [...new Set(text.match(EMAIL) ?? [])].filter((email) => !own.includes(email));
}

/** Other secrets. */
export function secretsIn(text: string, { cast, role }: Reading): string[] {
  const inChat = role === 'owner' || role === 'member';
  return [
    ...new Set(text.match(INTERNAL) ?? []),
    ...(!inChat && text.includes(PRIVATE_WORDS) ? [PRIVATE_WORDS] : []),
    ...(!inChat && role !== 'admin' && text.includes(PRIVATE_TITLE) ? [PRIVATE_TITLE] : []),
    ...cast.credentials.filter((secret) => text.includes(secret)),
  ];
}
