import { useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';

type Props = {
  readonly onPick: (picture: File) => void;
  /** Null: there is nothing to remove. */
  readonly onRemove: (() => void) | null;
};

/** Chooses, or removes, the one picture of something. */
export function PictureButtons({ onPick, onRemove }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {t('choosePicture')}
      </button>
      {onRemove && <IconButton icon="trash-2" label={t('remove')} onClick={onRemove} />}
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          const [picture] = event.currentTarget.files ?? [];
          if (picture) onPick(picture);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
