import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';

type Action = {
  readonly text: string;
  readonly run: () => void;
  /** Whether its action undoes something: then Ctrl+Z runs it too. */
  readonly isUndo?: boolean;
};
type Toast = { readonly id: number; readonly text: string; readonly action?: Action };

/** In ms; longer with an action, so that there is time to reach it. */
const SHOWN_FOR = 6_000;
const ACTION_FOR = 12_000;
const toasts = signal<readonly Toast[]>([]);

/** Shows a short text for a few seconds. */
export function toast(text: string, action?: Action): void {
  const id = Date.now() + Math.random();
  toasts.value = [...toasts.value.slice(-2), { id, text, ...(action ? { action } : {}) }];
  setTimeout(() => dismiss(id), action ? ACTION_FOR : SHOWN_FOR);
}

const dismiss = (id: number): void => {
  toasts.value = toasts.value.filter((one) => one.id !== id);
};

/** Undoes the last action. @returns whether there was one */
export function undoLast(): boolean {
  const last = toasts.peek().findLast(({ action }) => action?.isUndo);
  if (!last) return false;
  dismiss(last.id);
  last.action?.run();
  return true;
}

export function Toasts() {
  const place = useRef<HTMLDivElement>(null);
  const newest = toasts.value.at(-1)?.id;
  // Showing the popover again puts it above a dialog that was opened since.
  useLayoutEffect(() => {
    place.current?.hidePopover();
    place.current?.showPopover();
  }, [newest]);
  return (
    <div ref={place} class="toasts" popover="manual" role="status" aria-label={t('messagesOfTheApp')}>
      {toasts.value.map(({ id, text, action }) => (
        <div key={id} class="toast">
          <span>{text}</span>
          {action && (
            <button
              type="button"
              class="button plain"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.text}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
