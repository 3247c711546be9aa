import '../styles/settings.css';
import { isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { SectionedScreen } from '../ui/sections.tsx';
import { AboutSection } from './about-section.tsx';
import { AccountSection } from './account-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { BotsSection } from './bots-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { PrivacySection } from './privacy-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { SanctionsSection } from './sanctions-section.tsx';
import { SecuritySection } from './security/security-section.tsx';

const SECTIONS = [
  { name: 'profile', icon: 'user', Content: ProfileSection },
  { name: 'security', icon: 'lock', Content: SecuritySection },
  { name: 'notifications', icon: 'bell', Content: NotificationsSection },
  { name: 'privacy', icon: 'eye-off', Content: PrivacySection },
  { name: 'appearance', icon: 'palette', Content: AppearanceSection },
  { name: 'bots', icon: 'terminal', Content: BotsSection },
  { name: 'sanctions', icon: 'flag', Content: SanctionsSection },
  { name: 'about', icon: 'info', Content: AboutSection },
  { name: 'account', icon: 'at-sign', Content: AccountSection },
] as const;

export function SettingsScreen({ section = 'profile' }: { readonly section?: string | undefined }) {
  const { name: current, Content } = SECTIONS.find(({ name }) => name === section) ?? SECTIONS[0];
  const isAdministrator = useKoine((state) => isStaff(state.me));
  const sections = SECTIONS.map(({ name, icon }) => ({ to: `/settings/${name}`, icon, text: t(`section_${name}`) }));
  const administration = { to: '/admin', icon: 'shield', text: t('administration') } as const;
  return (
    <SectionedScreen
      title={t('settings')}
      sections={isAdministrator ? [...sections, administration] : sections}
      current={`/settings/${current}`}
    >
      <Content />
    </SectionedScreen>
  );
}
