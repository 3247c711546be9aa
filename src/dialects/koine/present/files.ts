/** How koine shows files. */
import type { Static } from 'typebox';
import { isFilm, isPlayed } from '../../../core/media/file-types.ts';
import type { Media } from '../../../core/media/media.ts';
import type * as core from '../../../core/model.ts';
import type * as schema from '../schema.ts';

export type FilePresenter = (one: core.File) => Static<typeof schema.File>;

export function createFilePresenter(media: Pick<Media, 'fileUrl' | 'previewUrl'>): FilePresenter {
  return (one) => {
    const { uid, key, name, alt, type, bytes, width, height, duration, placeholder } = one;
    const previewUrl = media.previewUrl(one);
    return {
      id: uid,
      kind: kindOf(one),
      name: name ?? fileName(key),
      ...{ type, bytes },
      ...(width !== null && height !== null && { width, height }),
      ...(duration !== null && { duration }),
      url: media.fileUrl(one),
      ...(previewUrl !== null && { previewUrl }),
      ...(placeholder !== null && { placeholder }),
      ...(alt !== null && { alt }),
    };
  };
}

function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function kindOf({ previewKey, type }: core.File): Static<typeof schema.File>['kind'] {
  if (previewKey !== null) return 'image';
  if (!isPlayed(type)) return 'file';
  return isFilm(type) ? 'video' : 'audio';
}
