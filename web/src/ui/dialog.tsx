import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Whether the title is only for screen readers. */
  readonly bare?: boolean;
};

/** A modal dialog of the platform: it keeps the focus, gives it back, and closes on Escape and outside of it. */
export function Dialog({ title, onClose, children, class: extra, bare = false }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    (dialog.current?.querySelector<HTMLElement>('[data-autofocus]') ?? dialog.current)?.focus();
    return () => before?.focus?.();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog closes on Escape by itself
    <dialog
      ref={dialog}
      class={extra ? `dialog ${extra}` : 'dialog'}
      aria-labelledby={heading}
      tabIndex={-1}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <header class={bare ? 'visually-hidden' : undefined}>
        <h2 id={heading}>{title}</h2>
        {!bare && <IconButton icon="x" label={t('close')} onClick={onClose} />}
      </header>
      {children}
    </dialog>
  );
}
