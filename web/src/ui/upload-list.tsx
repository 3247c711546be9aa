import '../styles/uploads.css';
import { t } from '../i18n/i18n.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Icon, IconButton } from './icon.tsx';
import type { Upload, Uploads } from './uploads.ts';

/** Pictures of what is being written: how far they are, their words, and how to take them back. */
export function UploadList({ pictures }: { readonly pictures: Uploads }) {
  if (pictures.uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {pictures.uploads.map((upload) => (
        <UploadItem key={upload.key} upload={upload} pictures={pictures} />
      ))}
    </ul>
  );
}

function UploadItem({ upload, pictures }: { readonly upload: Upload; readonly pictures: Uploads }) {
  const { key, name, preview, status, sent, alt } = upload;
  const describe = () =>
    openDialog('describe', { preview, alt, onSave: (text: string) => pictures.describe(key, text) });
  return (
    <li class={status}>
      <img src={preview} alt={alt || name} />
      {status === 'uploading' && <Progress name={name} sent={sent} />}
      {status === 'failed' && (
        <button type="button" class="again reach" onClick={() => pictures.retry(key)}>
          {t('tryAgain')}
        </button>
      )}
      {status === 'done' && (
        <button
          type="button"
          class={alt === '' ? 'words reach' : 'words given reach'}
          aria-label={t('describePicture', { name })}
          title={alt || t('describePicture', { name })}
          onClick={describe}
        >
          {alt !== '' && <Icon name="check" class="small" />}
          {t('alt')}
        </button>
      )}
      <IconButton
        class="away reach"
        icon="x"
        iconClass="small"
        label={t(status === 'uploading' ? 'cancelUpload' : 'removePicture', { name })}
        onClick={() => pictures.remove(key)}
      />
    </li>
  );
}

function Progress({ name, sent }: { readonly name: string; readonly sent: number }) {
  const percent = Math.floor(sent * 100);
  return (
    <div class="progress">
      <span aria-hidden="true">{percent}%</span>
      <progress aria-label={t('uploading', { name })} max={100} value={percent} />
    </div>
  );
}
