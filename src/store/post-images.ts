/** Rows of post images: which stored pictures a post shows, in order. */
import type { Db } from './database.ts';
import { type FileRow, fileColumns } from './files.ts';

export type PostImageRow = FileRow & { post_id: number };

/** In the order given. The objects must have been attached. */
export async function insertPostImages(db: Db, postId: number, keys: readonly string[]): Promise<void> {
  await db`
    insert into post_images (post_id, position, object_key)
    select ${postId}, n - 1, key from unnest(${keys as string[]}::text[]) with ordinality as i (key, n)`;
}

/** The images of these posts, each post's in order. */
export async function listPostImages(db: Db, postIds: readonly number[]): Promise<PostImageRow[]> {
  return db<PostImageRow[]>`
    select images.* from unnest(${postIds as number[]}::int[]) as wanted (post_id)
     cross join lateral (
       select i.post_id, ${fileColumns(db)} from post_images i join objects o on o.key = i.object_key
        where i.post_id = wanted.post_id order by i.position offset 0
     ) as images`;
}
