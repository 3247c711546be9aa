import type { AuthorColumns } from '../../store/posts.ts';
import type { Account } from '../model.ts';

/** The author of a row of a post or a comment. */
export function authorOf(row: AuthorColumns): Account {
  return {
    id: row.author_id,
    uid: row.author_uid,
    username: row.author_username,
    name: row.author_name,
    email: row.author_email,
    avatarUrl: row.author_avatar_url,
    avatarKey: row.author_avatar_key,
    bot: row.author_bot,
  };
}
