import { Icon } from './icon.tsx';

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Whether it has the focus when its dialog opens. */
  readonly focused?: boolean;
};

export function SearchField({ label, value, onInput, focused = false }: Props) {
  return (
    <div class="search-field">
      <Icon name="search" class="small" />
      <input
        class="input"
        type="search"
        data-autofocus={focused ? '' : undefined}
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}
