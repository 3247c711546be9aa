import { t } from '../i18n/i18n.ts';

type Props = {
  /** The label of the action. */
  readonly action: string;
  readonly onCancel: () => void;
  /** If absent, the action submits the dialog's form. */
  readonly onAct?: () => void;
  readonly disabled?: boolean;
  readonly danger?: boolean;
};

/** The last line of a dialog: away from it, or on. */
export function DialogActions({ action, onCancel, onAct, disabled = false, danger = false }: Props) {
  return (
    <div class="actions">
      <button type="button" class="button" onClick={onCancel}>
        {t('cancel')}
      </button>
      <button
        type={onAct ? 'button' : 'submit'}
        class={danger ? 'button primary danger' : 'button primary'}
        disabled={disabled}
        onClick={onAct}
      >
        {action}
      </button>
    </div>
  );
}
