import '../styles/uploads.css';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';
import type { Upload } from './uploads.ts';

type Props = { readonly uploads: readonly Upload[]; readonly onRemove: (key: string) => void };

export function UploadList({ uploads, onRemove }: Props) {
  if (uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {uploads.map(({ key, name, preview, status }) => (
        <li key={key} class={status}>
          <img src={preview} alt={name} />
          {status === 'uploading' && <progress aria-label={t('uploading', { name })} />}
          <IconButton icon="x" iconClass="small" label={t('removePicture', { name })} onClick={() => onRemove(key)} />
        </li>
      ))}
    </ul>
  );
}
