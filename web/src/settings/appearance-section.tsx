import { LOCALES, type Locale, locale, t, useLocale } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { remember, THEMES, theme } from '../preferences.ts';
import { Segments } from '../ui/segments.tsx';

const ICONS = { system: 'sun-moon', light: 'sun', dark: 'moon' } as const;

export function AppearanceSection() {
  const choose = (wanted: Locale) => {
    remember('locale', wanted);
    void useLocale(wanted);
    // Letters come in the same language.
    void client.request('PATCH', '/v1/me', { json: { language: wanted } }).catch(() => {});
  };
  return (
    <>
      <Segments
        name="theme"
        label={t('theme')}
        segments={THEMES.map((value) => ({ value, text: t(`theme_${value}`), icon: ICONS[value] }))}
        value={theme.value}
        onInput={(value) => {
          theme.value = value;
        }}
      />
      <Segments
        name="language"
        label={t('language')}
        segments={Object.entries(LOCALES).map(([value, text]) => ({ value: value as Locale, text, lang: value }))}
        value={locale()}
        onInput={choose}
      />
    </>
  );
}
