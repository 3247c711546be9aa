import type { File } from '@koine/client';
import { signal } from '@preact/signals';
import { t } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

type Shown = { readonly pictures: readonly File[]; readonly at: number };

/** The pictures that fill the window; null: none do. */
export const shownPictures = signal<Shown | null>(null);

/** Attached files: pictures as such, the rest as links. Their room is kept while they load. */
export function Pictures({
  files,
  class: extra = 'attachments',
}: {
  readonly files: readonly File[];
  readonly class?: string;
}) {
  if (files.length === 0) return null;
  const pictures = files.filter(({ kind }) => kind === 'image');
  return (
    <div class={extra}>
      {files.map((file) =>
        file.kind === 'image' ? (
          <a
            key={file.id}
            class="picture"
            href={file.url}
            target="_blank"
            rel="noopener"
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              shownPictures.value = { pictures, at: pictures.indexOf(file) };
            }}
          >
            <img
              src={file.previewUrl ?? file.url}
              alt={file.alt || t('picture')}
              width={file.width}
              height={file.height}
              loading="lazy"
              decoding="async"
            />
          </a>
        ) : (
          <a key={file.id} class="file" href={file.url} download={file.name ?? ''}>
            <Icon name="paperclip" />
            {file.name ?? t('file')}
          </a>
        ),
      )}
    </div>
  );
}
