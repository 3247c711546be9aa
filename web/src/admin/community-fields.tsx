/** The fields of a community, at its beginning and later. */
import '../styles/community.css';
import type { Registration } from '@koine/client';
import { COLORS, hueOf, useTriedColor } from '../community.ts';
import { t } from '../i18n/i18n.ts';

const REGISTRATIONS = ['open', 'invite', 'approval', 'closed'] as const;

type Props<Value> = {
  readonly value: Value;
  readonly onInput: (value: Value) => void;
  readonly disabled?: boolean;
};

export function ColorField({ value, onInput }: Props<string>) {
  useTriedColor(value);
  const offered: readonly string[] = (COLORS as readonly string[]).includes(value) ? COLORS : [value, ...COLORS];
  return (
    <fieldset class="field">
      <legend class="label">{t('color')}</legend>
      <div class="swatches">
        {offered.map((color, index) => (
          <label key={color} style={{ '--hue': String(hueOf(color) ?? 200) }}>
            <input
              type="radio"
              class="visually-hidden"
              name="color"
              aria-label={t('colorNumber', { n: index + 1 })}
              checked={color === value}
              onChange={() => onInput(color)}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function RegistrationField({ value, onInput, disabled = false }: Props<Registration>) {
  return (
    <fieldset class="field" disabled={disabled}>
      <legend class="label">{t('whoJoins')}</legend>
      <div class="choices">
        {REGISTRATIONS.map((name) => (
          <label key={name}>
            <input type="radio" name="registration" checked={name === value} onChange={() => onInput(name)} />
            <span>
              {t(`registration_${name}`)}
              <span class="hint">{t(`registration_${name}_hint`)}</span>
            </span>
          </label>
        ))}
      </div>
      {disabled && <span class="hint">{t('registrationFixed')}</span>}
    </fieldset>
  );
}
