import type { CommunityRole, Me, Person, StaffMember } from '@koine/client';
import { useState } from 'preact/hooks';
import { isAdmin } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { PersonPicker } from '../people/person-picker.tsx';
import { nameOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import { useAll } from './use-all.ts';

const ROLES = ['owner', 'admin', 'moderator', 'member'] as const satisfies CommunityRole[];

/** The roles that one may give to somebody who has this one; none: it is not theirs to change. */
function rolesFor(me: Me, role: CommunityRole): readonly CommunityRole[] {
  if (me.role === 'owner') return ROLES;
  return me.role === 'admin' && (role === 'moderator' || role === 'member') ? ['moderator', 'member'] : [];
}

export function StaffSection() {
  const me = useKoine((state) => state.me);
  const [staff, change] = useAll(client.community.staff);
  const [isAppointing, setAppointing] = useState(false);
  if (!me) return null;
  const appoint = (person: Person, role: CommunityRole) =>
    attempt(async () => {
      await client.community.setRole(person.id, role);
      change((all) => withRole(all, { person, role }));
    });
  const sorted = [...(staff ?? [])].sort((one, other) => ROLES.indexOf(one.role) - ROLES.indexOf(other.role));
  return (
    <section>
      <p class="hint">{t('staffHint')}</p>
      {isAdmin(me) && (
        <div>
          <button type="button" class="button" onClick={() => setAppointing(true)}>
            <Icon name="user-plus" class="small" />
            {t('appoint')}
          </button>
        </div>
      )}
      {staff === null && <Spinner />}
      <ul class="sessions">
        {sorted.map(({ person, role }) => (
          <li key={person.id}>
            <PersonLine person={person} to={href(pathOfPerson(person))} />
            <RoleChoice
              person={person}
              role={role}
              offered={rolesFor(me, role)}
              onInput={(given) => void appoint(person, given)}
            />
          </li>
        ))}
      </ul>
      {isAppointing && <AppointDialog onClose={() => setAppointing(false)} onChoose={appoint} />}
    </section>
  );
}

function withRole(all: readonly StaffMember[], given: StaffMember): readonly StaffMember[] {
  const others = all.filter(({ person }) => person.id !== given.person.id);
  return given.role === 'member' ? others : [...others, given];
}

type RoleProps = {
  readonly person: Person;
  readonly role: CommunityRole;
  readonly offered: readonly CommunityRole[];
  readonly onInput: (role: CommunityRole) => void;
};

function RoleChoice({ person, role, offered, onInput }: RoleProps) {
  if (offered.length === 0) return <span class="role">{t(`role_${role}`)}</span>;
  return (
    <select
      class="input"
      aria-label={t('roleOf', { name: nameOf(person) })}
      value={role}
      onChange={(event) => onInput(event.currentTarget.value as CommunityRole)}
    >
      {offered.map((one) => (
        <option key={one} value={one}>
          {t(`role_${one}`)}
        </option>
      ))}
    </select>
  );
}

type AppointProps = {
  readonly onClose: () => void;
  readonly onChoose: (person: Person, role: CommunityRole) => Promise<boolean>;
};

function AppointDialog({ onClose, onChoose }: AppointProps) {
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const appoint = async () => {
    const done = await Promise.all(chosen.map((person) => onChoose(person, 'moderator')));
    if (done.every(Boolean)) onClose();
  };
  return (
    <Dialog title={t('appoint')} onClose={onClose}>
      <div class="body">
        <PersonPicker chosen={chosen} onChange={setChosen} />
        <div class="actions">
          <button type="button" class="button primary" disabled={chosen.length === 0} onClick={() => void appoint()}>
            {t('makeModerator')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
