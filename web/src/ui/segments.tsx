import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

export type Segment<Value extends string> = {
  readonly value: Value;
  readonly text: string;
  readonly icon?: IconName;
  /** The language of the text, if it is another one. */
  readonly lang?: string;
};

type Props<Value extends string> = {
  /** The name of the group of radio buttons. */
  readonly name: string;
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onInput: (value: Value) => void;
};

/** One of a few values, all of them in view. */
export function Segments<Value extends string>({ name, label, segments, value, onInput }: Props<Value>) {
  return (
    <fieldset class="field">
      <legend class="label">{label}</legend>
      <div class="segments">
        {segments.map(({ value: one, text, icon, lang }) => (
          <label key={one} lang={lang}>
            <input
              type="radio"
              class="visually-hidden"
              name={name}
              checked={one === value}
              onChange={() => onInput(one)}
            />
            {icon && <Icon name={icon} class="small" />}
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
