/** Access tokens: sessions that an account makes for programs, with scopes and an end. Their text is shown once. */
import { AppError, invalid } from '../../errors.ts';
import {
  type AccessTokenRow,
  findAccessTokenName,
  insertAccessToken,
  listAccessTokens,
} from '../../store/access-tokens.ts';
import type { Sql } from '../../store/database.ts';
import type { Scope } from '../../store/sessions.ts';
import type { Contents } from '../contents.ts';
import type { Notices } from '../mail/notices.ts';
import type { Actor } from '../model.ts';
import { newAccessToken } from '../sessions/access-token-text.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { isUid } from '../text.ts';
import { requireConfirmed } from './confirmed.ts';
import { checkLabel, tooMany } from './labels.ts';

/** Maximum per account. */
const MOST = 50;
/** Seconds. */
const LASTS = 90 * 86_400;
export const TOKEN_LASTS_MAX = 366 * 86_400;

export type AccessTokens = {
  /** @throws AppError `confirmation_required` | `invalid`: out of bounds, or the account has 50 */
  createAccessToken(actor: Actor, newAccessToken: NewAccessToken): Promise<AccessToken & { readonly token: string }>;
  /** The actor's good ones, the newest first. */
  listAccessTokens(actor: Pick<Actor, 'id'>): Promise<AccessToken[]>;
  /** Ends its connections too. @throws AppError `not_found` */
  revokeAccessToken(actor: Pick<Actor, 'id'>, id: string): Promise<void>;
};
export type AccessToken = AccessTokenRow;

/** `lasts`: seconds. */
export type NewAccessToken = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly lasts?: number | undefined;
};

export type AccessTokensOptions = {
  readonly contents: Pick<Contents, 'check'>;
  readonly notices: Notices;
  readonly sessions: Pick<Sessions, 'endOwn'>;
};

export function createAccessTokens(sql: Sql, { contents, notices, sessions }: AccessTokensOptions): AccessTokens {
  return {
    createAccessToken: async (
      actor,
      { name, scopes, lasts = LASTS },
    ): Promise<AccessToken & { readonly token: string }> => {
      requireConfirmed(actor);
      if (scopes.length === 0) throw invalid('scopes', 'required', 'scopes must name at least one');
      if (lasts < 1 || lasts > TOKEN_LASTS_MAX) throw invalid('lasts', 'high', 'lasts is out of bounds');
      const { token, id, digest } = newAccessToken();
      const label = checkLabel(contents, name);
      const row = { id, accountId: actor.id, name: label, digest, scopes: [...new Set(scopes)], lasts };
      return sql.begin(async (tx) => {
        const made = await insertAccessToken(tx, row, MOST);
        if (made === null) throw tooMany('access tokens', MOST);
        await notices.tell(tx, actor.id, { kind: 'token-added', facts: { name: label } });
        return { ...made, token };
      });
    },

    listAccessTokens: (actor): Promise<AccessToken[]> => listAccessTokens(sql, actor.id, MOST),

    revokeAccessToken: async (actor, id): Promise<void> => {
      const name = isUid(id) ? await findAccessTokenName(sql, actor.id, id) : null;
      if (name === null) throw new AppError('not_found');
      await sessions.endOwn(actor, id, { named: true });
      await sql.begin((tx) => notices.tell(tx, actor.id, { kind: 'token-removed', facts: { name } }));
    },
  };
}
