/**
 * Rights of accounts in special states. The rules hold for all dialects: silenced accounts, and those that have to verify their e-mail
 * address first, write nothing; suspended and banned ones are out and told so at the door; whom somebody blocked has the rights of a
 * stranger; whoever waits for approval has no account.
 */
import type { Role, State } from './table.ts';

export type Columns = Readonly<Record<Exclude<Role, State>, number>>;
type Labelled = { readonly label: string; readonly route: string };

/** Signing in, by a name and a password. */
const DOORS: readonly string[] = [
  'POST /v1/session',
  'POST /token',
  'POST /accounts/api/token',
  'POST /api/auth/login',
  'POST /login',
  'POST /signin',
];

/** Changes that silenced accounts may make: they take back, are for nobody else's eyes, or are no writing. */
const SILENCED_MAY: readonly RegExp[] = [
  // Signing up, in and out, and what belongs to the own account.
  /^POST \/(v1\/accounts|v1\/session|users|token|accounts\/api|api\/auth\/(register|login)|createUser|login|signup|signin)(\/|$)/,
  /^DELETE \/(v1\/session|api\/auth\/logout)/,
  /^(PUT|DELETE|POST) \/v1\/(me\/password|me\/avatar$|me\/push$|setup|appeals)/,
  /^(PUT|POST) \/v1\/(verifications|resets)/,
  // Credentials of the account.
  /^(POST|PUT|PATCH) \/v1\/(tokens|app-passwords|passkeys|second-factor|recovery-codes|identities|sign-in|session\/confirmation)(\/|$)/,
  /^POST \/v1\/bots\/:id\/tokens$/,
  // By the secret of a hook.
  /^(POST|PATCH) \/(services|api\/(v\d+\/)?webhooks)\//,
  /^DELETE /,
  // Changes that nobody else sees.
  /^PUT \/v1\/(blocks|mutes|notifications)\//,
  /^PUT \/v1\/posts\/:postId\/bookmark/,
  /^PUT \/v1\/rooms\/:roomId\/(read|notify)$/,
  // To the moderators.
  /^POST \/v1\/(reports|sanctions\/:sanctionId\/appeal)$/,
  /^POST \/profiles\/api\/remove-friend/,
  /^POST \/api\/users\/:user_id\/friends\/remove/,
];
/** Deletions that say or change something. */
const STILL_WRITING: readonly RegExp[] = [/^DELETE \/v1\/posts\/:postId\/like$/, /\/pins\//, /^PUT \/v1\/me\/avatar$/];

/**
 * The server of the states has mail, and every account needs a verified address; that of the other roles has none. The status of
 * whoever is not refused as a stranger to the server.
 */
const BY_MAIL: Readonly<Record<string, number>> = {
  'POST /v1/verifications': 204,
  'POST /v1/resets': 204,
  // Without an address.
  'POST /signup': 409,
};

export function expectedOf({ label, route }: Labelled, columns: Columns): Readonly<Record<State, number>> {
  const byMail = (status: number) => (status === 401 ? 401 : (BY_MAIL[route] ?? status));
  const [anonymous, stranger, disabled] = [columns.anonymous, columns.stranger, columns.disabled].map(byMail) as [
    number,
    number,
    number,
  ];
  const isDoor = DOORS.includes(route);
  const isAppeal = label === 'POST /v1/appeals';
  const out = isDoor ? 403 : isAppeal ? 201 : disabled;
  const mute = isWriting(route) && stranger !== 401 ? 403 : stranger;
  return {
    silenced: mute,
    unverified: mute,
    suspended: out,
    banned: out,
    blocked: stranger,
    pending: isDoor || isAppeal ? 403 : anonymous,
  };
}

function isWriting(route: string): boolean {
  if (/^(WS|GET|HEAD|OPTIONS) /.test(route)) return false;
  const matches = (one: RegExp) => one.test(route);
  return STILL_WRITING.some(matches) || !SILENCED_MAY.some(matches);
}
