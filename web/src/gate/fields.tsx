import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from '../ui/icon.tsx';

type Props = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string;
  readonly wrong?: string | undefined;
  readonly autocomplete: string;
  readonly required?: boolean;
};

export function TextField({ id, label, value, onInput, hint, wrong, autocomplete, required = true }: Props) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type="text"
        required={required}
        value={value}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <Note id={id} hint={hint} wrong={wrong} />
    </div>
  );
}

export function PasswordField({ id, label, value, onInput, hint, wrong, autocomplete }: Props) {
  const [isShown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="with-action">
        <input
          id={id}
          class="input"
          {...(isShown ? { type: 'text' as const } : { type: 'password' as const })}
          required
          value={value}
          autocomplete={autocomplete}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-note`}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <IconButton
          icon={isShown ? 'eye-off' : 'eye'}
          label={t(isShown ? 'hidePassword' : 'showPassword')}
          onClick={() => setShown(!isShown)}
        />
      </div>
      <Note id={id} hint={hint} wrong={wrong} />
    </div>
  );
}

function Note({ id, hint, wrong }: { id: string; hint: string | undefined; wrong: string | undefined }) {
  if (wrong === undefined && hint === undefined) return null;
  return (
    <span id={`${id}-note`} class={wrong === undefined ? 'hint' : 'wrong'}>
      {wrong ?? hint}
    </span>
  );
}
