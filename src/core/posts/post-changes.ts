/** Editing and deleting posts. */

import { AppError, checkAll, forbidden, invalid, notFound } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { deletePost, type LockedPostRow, lockPost, updatePost } from '../../store/posts.ts';
import { isModerator } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import type { Change, Commits } from '../events/commits.ts';
import type { Actor } from '../model.ts';
import { recordActs, recordRemoval } from '../moderation/audit.ts';
import { withdraw } from '../notifications/notify.ts';
import { isBlank } from '../text.ts';
import type { PostPart, PostWith } from './post-parts.ts';
import type { PostReader, PostRef } from './post-reader.ts';
import type { PostLimits } from './posts.ts';

type Parts = { readonly reader: PostReader; readonly contents: Contents };

/** Fields that are left out stay as they are. `title` null: none. */
export type PostEdit = { readonly title?: string | null; readonly body?: string };

type Texts = { readonly title: string | null; readonly body: string };

/** `version`: the change is refused if the post has another one (`versionOf`). */
type Expected = { readonly version?: number | null };

export type PostChanges = {
  /**
   * Replaces `postText`. A first paragraph that equals the title remains the title.
   * @throws AppError `invalid` | `not_found` | `forbidden` | as `Commits.commit`
   */
  editText(actor: Actor, id: number, text: string): Promise<PostWith<'comments'>>;
  /**
   * @throws AppError `invalid` | `not_found` | `forbidden` | `precondition_failed`: the post has another version | as
   * `Commits.commit`
   */
  edit<Part extends PostPart>(
    actor: Actor,
    ref: PostRef,
    postEdit: PostEdit,
    options: Expected & { readonly parts: readonly Part[] },
  ): Promise<PostWith<Part>>;
  /**
   * Deletes the post with its comments and likes: by its author or a moderator.
   * @throws AppError `not_found` | `forbidden` | `precondition_failed`: as `edit` | as `Commits.commit`
   */
  remove(actor: Actor, ref: PostRef, expected?: Expected): Promise<void>;
};

export function createPostChanges(commits: Commits, { reader, contents, ...limits }: PostLimits & Parts): PostChanges {
  /** @returns the post as the actor sees it with these parts */
  function change<Part extends PostPart>(
    actor: Actor,
    { id, version = null }: { readonly id: number } & Expected,
    parts: readonly Part[],
    textsOf: (post: LockedPostRow) => Texts,
  ): Promise<PostWith<Part>> {
    const edit: Change<PostWith<Part>> = async (tx) => {
      const post = await lockOwn(tx, actor, { id, version }, 'edit');
      await updatePost(tx, id, textsOf(post));
      if (post.author_id !== actor.id)
        await recordActs(tx, actor, { action: 'text.edit', accountId: post.author_id, subject: `post ${post.uid}` });
      const showTo = await reader.load(tx, actor, { id }, [...parts, 'comments', 'images']);
      return { result: showTo(actor), fact: { kind: 'post.edited', data: showTo(null) } };
    };
    return commits.commit(edit);
  }

  return {
    editText: async (actor, id, text): Promise<PostWith<'comments'>> => {
      contents.check('body', text, limits.postLength + limits.titleLength + 2);
      return change(actor, { id }, ['comments'], (post) => {
        const { title, body } = splitText(text, post.title);
        return { title, body: contents.check('body', body, limits.postLength) };
      });
    },

    edit: async <Part extends PostPart>(
      actor: Actor,
      ref: PostRef,
      { title, body }: PostEdit,
      { version = null, parts }: Expected & { readonly parts: readonly Part[] },
    ): Promise<PostWith<Part>> => {
      const texts = checkAll({
        title: () => (title == null ? title : contents.check('title', title, limits.titleLength)),
        body: () => (body === undefined ? undefined : contents.check('body', body, limits.postLength)),
      });
      if (title === undefined && body === undefined) throw invalid('', 'required', 'title or body is required');
      const id = await reader.idOf(actor, ref);
      return change(actor, { id, version }, parts, (post) => ({
        title: texts.title === undefined ? post.title : texts.title,
        body: texts.body ?? post.body,
      }));
    },

    remove: async (actor, ref, expected = {}): Promise<void> => {
      const id = await reader.idOf(actor, ref);
      await commits.commit(async (tx) => {
        const { uid, author_id: authorId } = await lockOwn(tx, actor, { id, ...expected }, 'delete');
        const personal = await withdraw(tx, { postId: id, postUid: uid });
        await deletePost(tx, id);
        if (authorId !== actor.id) await recordRemoval(tx, actor, authorId, `post ${uid}`);
        return { result: undefined, fact: { kind: 'post.deleted', data: { id, uid } }, personal };
      });
    },
  };
}

async function lockOwn(
  tx: Db,
  actor: Actor,
  { id, version = null }: { readonly id: number } & Expected,
  act: 'edit' | 'delete',
): Promise<LockedPostRow> {
  const post = await lockPost(tx, id);
  if (post === null) throw notFound('post');
  const mayAct = act === 'delete' ? isModerator(actor.role) : actor.isAdmin;
  if (post.author_id !== actor.id && !mayAct) throw forbidden(act, 'post');
  if (version !== null && version !== post.version) throw new AppError('precondition_failed');
  return post;
}

function splitText(text: string, title: string | null): Texts {
  const top = `${title}\n\n`;
  const titled = title !== null && text.startsWith(top) && !isBlank(text.slice(top.length));
  return titled ? { title, body: text.slice(top.length) } : { title: null, body: text };
}
