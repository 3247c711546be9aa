/** Bans of sign-ups: of names, of an e-mail domain, from a network. They keep new accounts out and change nothing for others. */
import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { invalid } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import {
  countSignUpBans,
  findKeyedSanction,
  insertSignUpBan,
  listSignUpBans,
  type NewSignUpBanRow,
  type SignUpBanRow,
} from '../../store/sanctions.ts';
import { comparisonKey } from '../account-rules.ts';
import { requireRole } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import { idempotencyKey, once } from '../idempotency.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { checkWhole } from '../pages.ts';
import { checkLength } from '../text.ts';
import { type Judge, recordActs } from './audit.ts';
import { checkReason } from './sanctions.ts';

export type SignUpBans = SignUpBanning & {
  /** A page of those in force, the newest first. `before`: the id of the last one of the page before. @throws AppError `forbidden` | `invalid` */
  listSignUpBans(actor: Actor, page?: { before?: number | null; limit?: number }): Promise<SignUpBan[]>;
};

/** `creator` null: the operator, or an account that is gone. Times: Unix ms. */
export type SignUpBan = Omit<SignUpBanRow, 'creator'> & { readonly creator: Person | null };

/** One of the three. `namePattern`: a name, with `*` for any letters. `network`: an address, or a range as CIDR. `until`: Unix ms. */
export type NewSignUpBan = {
  readonly namePattern?: string | undefined;
  readonly emailDomain?: string | undefined;
  readonly network?: string | undefined;
  readonly reason?: string | undefined;
  readonly until?: number | null | undefined;
  readonly key?: string | null;
};

/** Bans in one page, and in force at once: each sign-up is held against all. */
const PAGE = 100;
const MAX_BANS = 1_000;
/** Characters. */
const NAME_MAX = 64;
const DOMAIN_MAX = 253;
const NETWORK_MAX = 64;
/** Characters of a pattern beside its stars: a shorter one would keep too many out. */
const LETTERS_MIN = 3;
/** Bits of the widest network. */
const BITS_MIN = { 4: 8, 6: 16 };

type Parts = { readonly check: Contents['check'] };

export function createSignUpBans(sql: Sql, parts: Parts & { readonly show: ShowPerson }): SignUpBans {
  return {
    ...createSignUpBanning(sql, parts),

    listSignUpBans: async (actor, { before = null, limit = PAGE } = {}): Promise<SignUpBan[]> => {
      requireRole(actor, 'moderator');
      const rows = await listSignUpBans(sql, before === null ? null : checkWhole('before', before), limit);
      return rows.map((row) => ({ ...row, creator: row.creator && parts.show(actor, row.creator) }));
    },
  };
}

export type SignUpBanning = {
  /** @returns its id, by which it is lifted as sanctions are @throws AppError `forbidden` | `invalid` | `idempotency_key_reused` */
  banSignUps(judge: Judge, wanted: NewSignUpBan): Promise<number>;
};

/** For moderators, and for operators, who have no actor. */
export function createSignUpBanning(sql: Sql, { check }: Parts): SignUpBanning {
  return {
    banSignUps: async (judge, wanted): Promise<number> => {
      if (judge !== null) requireRole(judge, 'moderator');
      const { reason = '', until = null } = wanted;
      checkReason(check, reason);
      if (until !== null && !(until > Date.now() && until <= 8.64e15))
        throw invalid('until', 'low', 'until must be in the future');
      const target = targetOf(wanted);
      const keyed = idempotencyKey(wanted.key, ['sign-up ban', target, reason, until]);
      const make = () =>
        sql.begin(async (tx) => {
          if ((await countSignUpBans(tx)) >= MAX_BANS)
            throw invalid('', 'many', `there are ${MAX_BANS} bans of sign-ups: lift some first`, { limit: MAX_BANS });
          const ends = until === null ? null : new Date(until);
          const id = await insertSignUpBan(tx, { ...target, reason, creatorId: judge?.id ?? null, until: ends, keyed });
          await recordActs(tx, judge, { action: 'sign-up.ban', reason, after: { id, ...target } });
          return { id };
        });
      const find = async (text: string) => judge && findKeyedSanction(sql, judge.id, { key: text, ofSignUps: true });
      return (await once<{ id: number }>(keyed, find, make)).id;
    },
  };
}

type Target = Pick<NewSignUpBanRow, 'namePattern' | 'emailDomain' | 'network'>;

function targetOf({ namePattern, emailDomain, network }: NewSignUpBan): Target & Record<string, string> {
  if ([namePattern, emailDomain, network].filter((one) => one !== undefined).length !== 1)
    throw invalid('', 'required', 'one of namePattern, emailDomain and network is required');
  if (namePattern !== undefined) return { namePattern: checkPattern(namePattern) };
  if (emailDomain !== undefined) return { emailDomain: checkDomain(emailDomain) };
  return { network: checkNetwork(network ?? '') };
}

function checkPattern(input: string): string {
  checkLength('namePattern', input, NAME_MAX);
  const pattern = comparisonKey(input).replaceAll(/\*+/g, '*');
  if (pattern.replaceAll('*', '').length < LETTERS_MIN)
    throw invalid('namePattern', 'short', `namePattern must have ${LETTERS_MIN} letters beside its stars`, {
      limit: LETTERS_MIN,
    });
  return pattern;
}

function checkDomain(input: string): string {
  checkLength('emailDomain', input, DOMAIN_MAX);
  const ascii = domainToASCII(input.trim().replace(/^@/, '').replace(/\.+$/, ''));
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(ascii))
    throw invalid('emailDomain', 'format', 'emailDomain must be a domain, such as example.org');
  return domainToUnicode(ascii);
}

/** As CIDR; the bits below it are cleared by the database. */
function checkNetwork(input: string): string {
  checkLength('network', input, NETWORK_MAX);
  const [address = '', bits, ...more] = input.trim().split('/');
  const version = isIP(address) as 0 | 4 | 6;
  const most = version === 4 ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (version === 0 || more.length > 0 || length < BITS_MIN[version] || length > most)
    throw invalid('network', 'format', 'network must be an address or a range, such as 203.0.113.0/24');
  return `${address}/${length}`;
}
