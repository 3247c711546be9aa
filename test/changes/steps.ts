/**
 * The steps of CONTRIBUTING.md as edits of a copy of the sources. `guarded`: the step is omitted first, to see that the
 * compiler or a test reports it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Step = {
  /** As written in CONTRIBUTING.md. */
  readonly place: string;
  readonly guarded?: boolean;
  /** The changed or added files, with their new texts. */
  edit(root: string): Readonly<Record<string, string>>;
};
export type Change = { readonly heading: string; readonly steps: readonly Step[] };

/** Inserts text before each mark, which occurs once in the file. */
function before(file: string, ...additions: (readonly [mark: string, text: string])[]): Step['edit'] {
  return (root) => {
    let text = readFileSync(join(root, file), 'utf8');
    for (const [mark, addition] of additions) {
      const parts = text.split(mark);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times ${mark}`);
      text = parts.join(addition + mark);
    }
    return { [file]: text };
  };
}

const step = (place: string, edit: Step['edit'], guarded = false): Step => ({ place, edit, guarded });

const FIELD: Change = {
  heading: 'A field of a post',
  steps: [
    step('migrations/', () => ({
      'migrations/9000-pinned.sql': 'alter table posts add column pinned boolean not null default false;\n',
    })),
    step(
      'src/store/posts.ts',
      before(
        'src/store/posts.ts',
        ['  commentsCount: number;\n  views', '  pinned: boolean;\n'],
        ['p.comments_count as "commentsCount"', 'p.pinned, '],
      ),
      true,
    ),
    step(
      'src/core/model.ts',
      before(
        'src/core/model.ts',
        ['  commentsCount: Count,\n', '  pinned: Type.Boolean(),\n'],
        ['commentsCount: 0, liked', 'pinned: false, '],
      ),
    ),
    step(
      'src/dialects/board/schema.ts',
      before('src/dialects/board/schema.ts', [
        '    likes_count: Type.Integer(),\n    is',
        '    is_pinned: Type.Boolean(),\n',
      ]),
    ),
    step(
      'src/dialects/board/present.ts',
      before('src/dialects/board/present.ts', ['    likes_count: post.likesCount,\n', '    is_pinned: post.pinned,\n']),
    ),
  ],
};

const EVENT: Change = {
  heading: 'A kind of event',
  steps: [
    step(
      'src/core/events/events.ts',
      before('src/core/events/events.ts', [
        "  'comment.created': CommentSchema",
        "  'post.pinned': Type.Object({ id: Id, uid: Uid }),\n",
      ]),
    ),
    step(
      'src/core/posts/post-changes.ts',
      before('src/core/posts/post-changes.ts', [
        '        await deletePost(tx, id);\n',
        "        if (uid === 'never') return { result: undefined, fact: { kind: 'post.pinned', data: { id, uid } } };\n",
      ]),
    ),
    step(
      'src/dialects/koine/events/board-events.ts',
      before('src/dialects/koine/events/board-events.ts', [
        "  'comment.created': shown({",
        "  'post.pinned': shown({ says: 'A post was pinned.', data: Named, present: named }),\n",
      ]),
      true,
    ),
    step(
      'src/dialects/board/present.ts',
      before('src/dialects/board/present.ts', [
        "  'comment.created': (comment)",
        "  'post.pinned': ({ id }) => frame('message.pinned', { id }),\n",
      ]),
      true,
    ),
  ],
};

const LIST: Change = {
  heading: 'A list',
  steps: [
    step(
      'src/store/comments.ts',
      before('src/store/comments.ts', [
        'export type LockedCommentRow',
        `export async function listCommentIds(db: Db, postId: number, after: number, limit: number): Promise<{ id: number }[]> {
  return db<{ id: number }[]>\`
    select id from comments where post_id = \${postId} and id > \${after} order by id limit \${limit}\`;
}

`,
      ]),
    ),
    step(
      'test/core/store-lists.ts',
      before(
        'test/core/store-lists.ts',
        ['import { listComments, listCommentsByIds', "import { listCommentIds } from '../../src/store/comments.ts';\n"],
        [
          "  'comments.ts: listNewestComments'",
          "  'comments.ts: listCommentIds': (db) => listCommentIds(db, 7, 0, 50),\n",
        ],
      ),
      true,
    ),
    step(
      'test/core/store-answers.ts',
      before(
        'test/core/store-answers.ts',
        ['import { listComments, listCommentsByIds', "import { listCommentIds } from '../../src/store/comments.ts';\n"],
        [
          "  'comments.ts: listNewestComments'",
          "  'comments.ts: listCommentIds': paged('byId', byId, (db, o, { id, limit }) => listCommentIds(db, o * 10 + 1, id ?? 0, limit)),\n",
        ],
      ),
      true,
    ),
    step(
      'src/core/posts/comments.ts',
      before(
        'src/core/posts/comments.ts',
        ['  insertComments,\n', '  listCommentIds,\n'],
        ['  /**\n   * Oldest first, without', '  listIds(postId: number, after: number): Promise<{ id: number }[]>;\n'],
        ['    listComments: async', '    listIds: (postId, after) => listCommentIds(sql, postId, after, 50),\n\n'],
      ),
    ),
    step(
      'src/core/account-rates.ts',
      before('src/core/account-rates.ts', ["listComments: 'free' }", "listIds: 'free', "]),
      true,
    ),
    step(
      'test/core/lists-at-scale.test.ts',
      before('test/core/lists-at-scale.test.ts', [
        "        ['all users', 1,",
        "        ['comments', 1, () => core.comments.listIds(7, 0)],\n",
      ]),
    ),
  ],
};

const FILES = ['schema', 'routes', 'socket', 'present', 'errors'];

const DIALECT: Change = {
  heading: 'A dialect',
  steps: [
    step('src/dialects/<name>/', (root) =>
      Object.fromEntries(
        FILES.map((file) => {
          const text = readFileSync(join(root, `src/dialects/lounge/${file}.ts`), 'utf8');
          return [`src/dialects/pager/${file}.ts`, text.replaceAll('lounge', 'pager').replaceAll('Lounge', 'Pager')];
        }),
      ),
    ),
    step(
      'src/config/dialects.ts',
      before('src/config/dialects.ts', ['} as const satisfies', '  pager: { canBeOpen: false },\n']),
    ),
    step(
      'src/dialects/index.ts',
      before(
        'src/dialects/index.ts',
        ['import { createRelay }', "import { createPager } from './pager/routes.ts';\n"],
        ['  lounge: (core)', '  pager: (core) => createPager(core),\n'],
      ),
      true,
    ),
  ],
};

export const CHANGES = [FIELD, EVENT, LIST, DIALECT];
