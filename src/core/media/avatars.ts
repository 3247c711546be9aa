/** Pictures of accounts, of groups and of the community. */
import { AppError } from '../../errors.ts';
import { clearAvatar, setAvatarKey } from '../../store/accounts.ts';
import { type Db, toKnownError } from '../../store/database.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import { attachImages, type StoredImage, type StoredImages, type Upload } from './stored-images.ts';

export type Avatars = {
  /**
   * Stores the new picture of an account, a group or the community, for `use` to attach in the transaction that shows it. It is
   * removed where `use` fails. `owner`: what it is a picture of.
   * @throws AppError as `prepare` and `use`
   */
  withAvatar<T>(
    actor: Pick<Actor, 'id'>,
    picture: { readonly owner: string; readonly upload: Upload },
    use: (picture: StoredImage) => Promise<T>,
  ): Promise<T>;
  /**
   * Gives the actor a new picture, in one transaction with `also`. The sweep removes the one before.
   * @throws AppError `not_found`: the actor was deleted | as `prepare`
   */
  setAvatar(
    actor: Pick<Actor, 'id' | 'uid'>,
    upload: Upload,
    also?: (tx: Db) => Promise<unknown>,
  ): Promise<{ key: string }>;
  /** The actor has no picture of their own any more (idempotent). @throws AppError `not_found`: the actor was deleted */
  removeAvatar(actor: Pick<Actor, 'id'>): Promise<void>;
};

/** Pixels of the longest side. */
const AVATAR_SIDE = 512;

export type AvatarsParts = Pick<StoredImages, 'prepare' | 'release'> & { readonly changes: Changes };

export function createAvatars({ changes, prepare, release }: AvatarsParts): Avatars {
  async function withAvatar<T>(
    actor: Pick<Actor, 'id'>,
    { owner, upload }: { readonly owner: string; readonly upload: Upload },
    use: (picture: StoredImage) => Promise<T>,
  ): Promise<T> {
    const stored = await prepare({ actor, folder: `avatars/${owner}`, maxSide: AVATAR_SIDE }, [upload]);
    try {
      return await use(stored[0] as StoredImage);
    } catch (error) {
      await release(stored);
      throw toKnownError(error);
    }
  }

  async function setAvatar(
    actor: Pick<Actor, 'id' | 'uid'>,
    upload: Upload,
    also: (tx: Db) => Promise<unknown> = async () => {},
  ): Promise<{ key: string }> {
    return withAvatar(actor, { owner: actor.uid, upload }, async (picture) => {
      const { key } = picture;
      await changes.run([], async (tx) => {
        await attachImages(tx, [picture]);
        await also(tx);
        if (!(await setAvatarKey(tx, actor.id, key))) throw new AppError('not_found');
        return { result: null, personal: await ownAccountFacts(tx, actor.id) };
      });
      return { key };
    });
  }

  async function removeAvatar(actor: Pick<Actor, 'id'>): Promise<void> {
    await changes.run([], async (tx) => {
      if (!(await clearAvatar(tx, actor.id))) throw new AppError('not_found');
      return { result: null, personal: await ownAccountFacts(tx, actor.id) };
    });
  }

  return { withAvatar, setAvatar, removeAvatar };
}
