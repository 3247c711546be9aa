import type { File } from '@koine/client';
import { bytesText, playingTimeText } from '../i18n/amounts.ts';
import { t } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';

/** A file that is no picture: a film or a sound is played in place, everything else is a card to save it by. */
export function AttachedFile({ file }: { readonly file: File }) {
  const { kind, url, bytes, duration } = file;
  const name = file.name || t('file');
  if (kind === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: what people send has no captions
      <video class="film" src={url} controls preload="metadata" playsInline aria-label={file.alt || name} />
    );
  return (
    <div class="file">
      <Icon name="paperclip" />
      <span class="what">
        <span class="name" dir="auto" title={name}>
          {name}
        </span>
        <small>
          {duration !== undefined && `${playingTimeText(duration)} · `}
          {bytesText(bytes)}
        </small>
      </span>
      <a
        class="button quiet"
        href={url}
        download={name}
        aria-label={t('saveFile', { name })}
        title={t('saveFile', { name })}
      >
        <Icon name="download" class="small" />
      </a>
      {kind === 'audio' && (
        // biome-ignore lint/a11y/useMediaCaption: what people send has no captions
        <audio src={url} controls preload="metadata" aria-label={file.alt || name} />
      )}
    </div>
  );
}
