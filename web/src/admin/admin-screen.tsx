/** Administration of the community. */
import '../styles/settings.css';
import '../styles/admin.css';
import '../styles/admin-plots.css';
import { isAdmin, isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { Empty } from '../ui/empty.tsx';
import { SectionedScreen } from '../ui/sections.tsx';
import { AccountsSection } from './accounts-section.tsx';
import { ApplicationsSection } from './applications-section.tsx';
import { AuditSection } from './audit-section.tsx';
import { BansSection } from './bans-section.tsx';
import { CommunitySection } from './community-section.tsx';
import { InvitesSection } from './invites-section.tsx';
import { MetricsSection } from './metrics-section.tsx';
import { ReportsSection } from './reports-section.tsx';
import { SettingsInForce } from './settings-section.tsx';
import { StaffSection } from './staff-section.tsx';
import { StorageSection } from './storage-section.tsx';

const SECTIONS = [
  { name: 'community', icon: 'palette', Content: CommunitySection, admins: true },
  { name: 'invites', icon: 'link', Content: InvitesSection, admins: false },
  { name: 'applications', icon: 'user-check', Content: ApplicationsSection, admins: false },
  { name: 'reports', icon: 'flag', Content: ReportsSection, admins: false },
  { name: 'bans', icon: 'ban', Content: BansSection, admins: false },
  { name: 'staff', icon: 'shield', Content: StaffSection, admins: false },
  { name: 'audit', icon: 'eye', Content: AuditSection, admins: true },
  { name: 'accounts', icon: 'users', Content: AccountsSection, admins: true },
  { name: 'metrics', icon: 'monitor', Content: MetricsSection, admins: true },
  { name: 'storage', icon: 'paperclip', Content: StorageSection, admins: true },
  { name: 'settings', icon: 'settings', Content: SettingsInForce, admins: true },
] as const;

export function AdminScreen({ section }: { readonly section?: string | undefined }) {
  const me = useKoine((state) => state.me);
  if (!isStaff(me)) return <Empty icon="lock" title={t('noSuchPage')} />;
  const offered = SECTIONS.filter(({ admins }) => !admins || isAdmin(me));
  const { name: current, Content } = offered.find(({ name }) => name === section) ?? offered[0] ?? SECTIONS[1];
  return (
    <SectionedScreen
      title={t('administration')}
      sections={offered.map(({ name, icon }) => ({ to: `/admin/${name}`, icon, text: t(`admin_${name}`) }))}
      current={`/admin/${current}`}
    >
      <Content />
    </SectionedScreen>
  );
}
