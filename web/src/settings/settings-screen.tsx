import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { href } from '../router.ts';
import { Icon } from '../ui/icon.tsx';
import { AccountSection } from './account-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SecuritySection } from './security-section.tsx';

const SECTIONS = [
  { name: 'profile', icon: 'user', Content: ProfileSection },
  { name: 'security', icon: 'lock', Content: SecuritySection },
  { name: 'appearance', icon: 'palette', Content: AppearanceSection },
  { name: 'account', icon: 'shield', Content: AccountSection },
] as const;

export function SettingsScreen({ section = 'profile' }: { readonly section?: string | undefined }) {
  const { name: current, Content } = SECTIONS.find(({ name }) => name === section) ?? SECTIONS[0];
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow screen the row of sections is scrolled.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  useEffect(() => {
    document.title = `${t('settings')} – Koine`;
  }, []);
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('settings')}</h1>
      </header>
      <div class="page">
        <div class="column settings">
          <nav ref={nav} class="sections" aria-label={t('settings')}>
            {SECTIONS.map(({ name, icon }) => (
              <a
                key={name}
                class="nav-link"
                href={href(`/settings/${name}`)}
                aria-current={name === current ? 'page' : undefined}
              >
                <Icon name={icon} />
                {t(`section_${name}`)}
              </a>
            ))}
          </nav>
          <div class="section">
            <Content />
          </div>
        </div>
      </div>
    </>
  );
}
