import { LOCALES, type Locale, locale, t, useLocale } from '../i18n/i18n.ts';
import { remember, THEMES, theme } from '../preferences.ts';
import { Icon } from '../ui/icon.tsx';

const ICONS = { system: 'sun-moon', light: 'sun', dark: 'moon' } as const;

export function AppearanceSection() {
  const choose = (wanted: Locale) => {
    remember('locale', wanted);
    void useLocale(wanted);
  };
  return (
    <>
      <fieldset class="field">
        <legend class="label">{t('theme')}</legend>
        <div class="segments">
          {THEMES.map((name) => (
            <label key={name}>
              <input
                type="radio"
                class="visually-hidden"
                name="theme"
                checked={theme.value === name}
                onChange={() => {
                  theme.value = name;
                }}
              />
              <Icon name={ICONS[name]} class="small" />
              {t(`theme_${name}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset class="field">
        <legend class="label">{t('language')}</legend>
        <div class="segments">
          {Object.entries(LOCALES).map(([name, text]) => (
            <label key={name} lang={name}>
              <input
                type="radio"
                class="visually-hidden"
                name="language"
                checked={locale() === name}
                onChange={() => choose(name as Locale)}
              />
              {text}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
