/** Wires uploads: pictures, files of any type, and files in parts. */
import type { Rates } from '../../limits/rates.ts';
import type { Sql } from '../../store/database.ts';
import type { Partials } from '../../store/partials.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import { createFiles, type Files } from './files.ts';
import { createMedia, type Media, type MediaOptions } from './media.ts';
import { createStoredFiles } from './stored-files.ts';
import { createUploads, type Uploads } from './uploads.ts';

export type MediaParts = {
  readonly media: Media;
  readonly files: Omit<Files, 'store'>;
  readonly uploads: Uploads;
};

type Parts = {
  readonly changes: Changes;
  readonly contents: Contents;
  readonly partials: Partials;
  readonly media: Omit<MediaOptions, 'uploads'>;
  /** Rate limit of uploads, by account. */
  readonly rates: Rates;
};

export function createMediaParts(sql: Sql, { changes, contents, partials, media: options, rates }: Parts): MediaParts {
  const { blobs, limits } = options;
  const media = createMedia(sql, changes, { ...options, uploads: rates });
  const stored = createStoredFiles(sql, { images: media, blobs, pictureBytes: limits.bytes, rates });
  const { store, ...files } = createFiles(sql, { stored, blobs, contents });
  const uploads = createUploads(sql, { partials, files: { store }, contents, maxBytes: limits.largeFileBytes });
  return { media, files, uploads };
}
