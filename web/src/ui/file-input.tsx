import { useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';

type Props = { readonly onPick: (files: readonly File[]) => void };

export function FileInput({ onPick }: Props) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="paperclip" label={t('addFiles')} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        multiple
        onChange={(event) => {
          onPick([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
