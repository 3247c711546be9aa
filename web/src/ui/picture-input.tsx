import { useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';

type Props = { readonly onPick: (pictures: readonly File[]) => void; readonly multiple?: boolean };

export function PictureInput({ onPick, multiple = true }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="image" label={t('addPictures')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        multiple={multiple}
        onChange={(event) => {
          onPick([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
