import '../styles/files.css';
import type { File } from '@koine/client';
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { AttachedFile } from './attached-file.tsx';
import { hidePlaceholder, showPlaceholder } from './placeholders.ts';

type Shown = { readonly pictures: readonly File[]; readonly at: number };

/** The pictures that fill the window; null: none do. */
export const shownPictures = signal<Shown | null>(null);

/** The longer side of a preview, in px. */
const PREVIEW = 320;

/** The preview, and the picture where that is shown larger. `place`: how wide the page lets it be, as a CSS length. */
function sourcesOf({ url, previewUrl, width, height }: File, place: string) {
  if (!previewUrl || !width || !height) return { src: url };
  const preview = Math.round(width * Math.min(1, PREVIEW / Math.max(width, height)));
  return {
    src: previewUrl,
    srcset: `${previewUrl} ${preview}w, ${url} ${width}w`,
    sizes: `min(${place}, ${width}px)`,
  };
}

/** So that its room is there before it is. */
const shapeOf = ({ width = 0, height = 0 }: File): Record<string, string> =>
  width > 0 && height > 0 ? { '--width': `${width}px`, '--ratio': `${width / height}` } : {};

type Props = { readonly files: readonly File[]; readonly class?: string; readonly place?: string };

/** Attached files: pictures as such, films and sounds to play, the rest as cards. Their room is kept while they load. */
export function Pictures({ files, class: extra = 'attachments', place = '20rem' }: Props) {
  if (files.length === 0) return null;
  const pictures = files.filter(({ kind }) => kind === 'image');
  return (
    <div class={extra}>
      {files.map((file) =>
        file.kind === 'image' ? (
          <a
            key={file.id}
            class="picture"
            style={shapeOf(file)}
            href={file.url}
            target="_blank"
            rel="noopener"
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              shownPictures.value = { pictures, at: pictures.indexOf(file) };
            }}
          >
            <Picture file={file} place={place} />
          </a>
        ) : (
          <AttachedFile key={file.id} file={file} />
        ),
      )}
    </div>
  );
}

function Picture({ file, place }: { readonly file: File; readonly place: string }) {
  const { placeholder, alt, width, height } = file;
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (picture.current && placeholder) void showPlaceholder(picture.current, placeholder).catch(() => {});
  }, [placeholder]);
  return (
    <img
      ref={picture}
      {...sourcesOf(file, place)}
      alt={alt || t('picture')}
      width={width}
      height={height}
      loading="lazy"
      decoding="async"
      onLoad={({ currentTarget }) => hidePlaceholder(currentTarget)}
    />
  );
}

/** The files of a post: one picture is as wide as the post, more are in two columns; other files have a row each. */
export function Gallery({ files }: { readonly files: readonly File[] }) {
  const pictures = files.filter(({ kind }) => kind === 'image').length;
  const place = pictures === 1 ? 'min(100vw, 37rem)' : 'min(50vw, 18.5rem)';
  return <Pictures files={files} class={`gallery count-${Math.min(pictures, 4)}`} place={place} />;
}
