import '../styles/uploads.css';
import { t } from '../i18n/i18n.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Icon, IconButton } from './icon.tsx';
import { isLarge, type Upload, type Uploads } from './uploads.ts';

/** Files of what is being written: how far they are, the words of pictures, and how to pause them and take them back. */
export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  if (uploads.uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {uploads.uploads.map((upload) => (
        <UploadItem key={upload.key} upload={upload} uploads={uploads} />
      ))}
    </ul>
  );
}

function UploadItem({ upload, uploads }: { readonly upload: Upload; readonly uploads: Uploads }) {
  const { key, name, source, preview, status, sent, alt } = upload;
  const describe = () =>
    preview !== null && openDialog('describe', { preview, alt, onSave: (text: string) => uploads.describe(key, text) });
  return (
    <li class={status}>
      {preview === null ? (
        <span class="named" dir="auto">
          <Icon name="paperclip" class="small" />
          <span>{name}</span>
        </span>
      ) : (
        <img src={preview} alt={alt || name} />
      )}
      {(status === 'uploading' || status === 'paused') && <Progress name={name} sent={sent} />}
      {source && isLarge(source) && (status === 'uploading' || status === 'paused') && (
        <IconButton
          class="hold reach"
          icon={status === 'paused' ? 'play' : 'pause'}
          iconClass="small"
          label={t(status === 'paused' ? 'resumeUpload' : 'pauseUpload', { name })}
          onClick={() => (status === 'paused' ? uploads.retry(key) : uploads.pause(key))}
        />
      )}
      {status === 'failed' && (
        <button type="button" class="again reach" onClick={() => uploads.retry(key)}>
          {t('tryAgain')}
        </button>
      )}
      {status === 'done' && preview !== null && (
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
        label={t(status === 'done' ? 'removePicture' : 'cancelUpload', { name })}
        onClick={() => uploads.remove(key)}
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
