import type { ReportSubject } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { openDialog } from '../shell/dialogs.tsx';
import type { MenuItem } from '../ui/menu.tsx';

/** The item of a menu that reports something of somebody else; null: it is one's own. */
export function reportItem(subject: ReportSubject, author: string): MenuItem | null {
  const { me, people } = client.state;
  if (author === me?.id) return null;
  const onSelect = () => openDialog('report', { subject, name: nameOf(people[author]) });
  return { icon: 'flag', text: t('report'), onSelect, danger: true };
}
