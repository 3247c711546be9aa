import '../styles/text-editor.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';

type Props = {
  readonly text: string;
  readonly label: string;
  /** @returns whether it is saved */
  readonly onSave: (text: string) => Promise<boolean>;
  readonly onEnd: () => void;
};

/** Changes a text in its place. */
export function TextEditor({ text: before, label, onSave, onEnd }: Props) {
  const [text, setText] = useState(before);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const from = document.activeElement as HTMLElement | null;
    area.current?.focus();
    area.current?.setSelectionRange(before.length, before.length);
    return () => from?.focus();
  }, []);
  const save = async () => {
    if (text.trim() === before || text.trim() === '' || (await onSave(text.trim()))) onEnd();
  };
  return (
    <form
      class="text-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={area}
        class="input"
        dir="auto"
        aria-label={label}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onEnd();
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
        }}
      />
      <div class="row">
        <button type="submit" class="button primary">
          {t('save')}
        </button>
        <button type="button" class="button" onClick={onEnd}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
