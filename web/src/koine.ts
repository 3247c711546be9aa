/** The one connection of this page to the server, and how components read what it knows. */
import { createClient, indexedDbStorage, Problem, type State } from '@koine/client';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { MessageKey } from './i18n/en.ts';
import { locale, t } from './i18n/i18n.ts';
import { createPace } from './ui/pace.ts';
import { toast } from './ui/toasts.tsx';

/** Answers that the page has asked for before its scripts had come (`early.js`), by address; each is good for one call. */
const { koineEarly: early = new Map() } = globalThis as { koineEarly?: Map<string, Promise<Response>> };

function fetchOnce(url: string, init: RequestInit): Promise<Response> {
  const answer = init.method === 'GET' ? early.get(url) : undefined;
  early.delete(url);
  return answer ?? fetch(url, init);
}

/** Answers not taken by then are too old. */
export const forgetEarly = (): void => early.clear();

export const client = createClient({ storage: indexedDbStorage(), schedule: createPace(), fetch: fetchOnce });

addEventListener('online', () => client.connectNow());

/** A part of what is known. The component renders again when it becomes another value. */
export function useKoine<Part>(select: (state: State) => Part): Part {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const part = select(client.state);
  const shown = useRef({ select, part });
  shown.current = { select, part };
  useLayoutEffect(() => {
    const look = () => {
      const now = shown.current.select(client.state);
      if (now !== shown.current.part) renderAgain(0);
    };
    look();
    return client.subscribe(look);
  }, []);
  return part;
}

/** Reads that failed without a connection are repeated when this becomes true. */
export const useIsLive = (): boolean => useKoine((state) => state.connection.status === 'live');

/** Refusals that have words of their own here. */
const KNOWN: Readonly<Partial<Record<string, MessageKey>>> = {
  awaiting_approval: 'awaitingApproval',
  bad_code: 'wrongCode',
  bad_credentials: 'badCredentials',
  code_required: 'codeNeeded',
  banned: 'youAreBanned',
  email_taken: 'emailTaken',
  forbidden: 'forbidden',
  internal: 'somethingFailed',
  invite_required: 'inviteNeededText',
  last_owner: 'lastOwner',
  not_found: 'notFound',
  not_welcome: 'notWelcome',
  overloaded: 'tooBusy',
  quota_exceeded: 'quotaExceeded',
  rate_limited: 'tooMany',
  read_only: 'onlyModeratorsWrite',
  registration_closed: 'registrationClosed',
  sign_up_refused: 'signUpRefused',
  silenced: 'youAreSilenced',
  suspended: 'youAreSuspended',
  too_large: 'tooLarge',
  unavailable: 'tooBusy',
  unsupported_media_type: 'notAPicture',
  unverified: 'unverifiedText',
  username_taken: 'usernameTaken',
};
/** Codes of which the server's reasons help. */
const TELLING: Readonly<Record<string, true>> = { forbidden: true, not_found: true };
/** Reasons that say no more than the code. */
const GENERAL = /^You may not /;
/** Reasons of the server that have words of their own here. */
const REASONS: Readonly<Partial<Record<string, MessageKey>>> = {
  'One of the two has blocked the other': 'reasonBlocked',
  'Only admins pin in the lobby': 'reasonLobbyPins',
  'Only owners make and unmake admins and owners': 'reasonOwners',
  'The setting REGISTRATION of the server says how people join': 'registrationFixed',
};
/** Messages about a field, by its name and the reason. */
const WRONG: Readonly<Partial<Record<string, MessageKey>>> = {
  '/password short': 'passwordHint',
  '/newPassword short': 'passwordHint',
};
const WRONG_ANYWHERE: Readonly<Partial<Record<string, MessageKey>>> = {
  blank: 'fieldBlank',
  long: 'fieldLong',
  required: 'fieldBlank',
  short: 'fieldShort',
};

type Issue = NonNullable<Problem['details']['errors']>[number];

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}

/** The message beside a field. */
export function explainField({ pointer = '', code, detail }: Issue): string {
  const known = WRONG[`${pointer} ${code}`] ?? WRONG_ANYWHERE[code];
  return known === undefined ? detail : t(known);
}

/** The message of a refusal, by its code. */
export function explainCode(code: string): string {
  return t(KNOWN[code] ?? 'somethingFailed');
}

/** The message of a failure. */
export function explain(error: unknown): string {
  if (!(error instanceof Problem)) return t('somethingFailed');
  const { code, details, retryAfter } = error;
  if (code === 'offline' || code === 'timeout') return t('serverUnreachable');
  if (code === 'rate_limited' && retryAfter) return t('tooManyFor', { n: Math.ceil(retryAfter) });
  const [issue] = details.errors ?? [];
  if (issue) return explainField(issue);
  const known = KNOWN[code];
  const reason = reasonOf(details);
  if (known === undefined) return reason ?? details.title;
  return reason === undefined || !(code in TELLING) ? t(known) : withReason(code, reason);
}

/** The server's words beyond the code. */
const reasonOf = ({ detail, title }: Problem['details']): string | undefined => (detail === title ? undefined : detail);

/** The server's texts are English. In other languages its own text follows the translated one if it says more. */
function withReason(code: string, reason: string): string {
  if (locale() === 'en') return /[.!?]$/.test(reason) ? reason : `${reason}.`;
  const known = REASONS[reason];
  if (known !== undefined) return t(known);
  const words = t(KNOWN[code] ?? 'somethingFailed');
  return code === 'forbidden' && !GENERAL.test(reason) ? `${words} (${reason})` : words;
}

/** Runs what a button starts; a failure is said in a toast. @returns whether it succeeded */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(explain(error));
    return false;
  }
}
