import '../styles/room-dialogs.css';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { pathOfPerson } from '../people/links.ts';
import { PersonLine } from '../people/person-line.tsx';
import { href } from '../router.ts';
import type { DialogProps } from '../shell/dialogs.tsx';
import { Dialog } from '../ui/dialog.tsx';

type About = { readonly room: string; readonly seq: number };

/** People who have read the message, and the others. */
export function ReadersDialog({ data: { room, seq }, onClose }: DialogProps<About>) {
  const marks = useKoine((state) => state.readers[room]) ?? {};
  const me = useKoine((state) => state.me?.id);
  const others = Object.keys(marks).filter((id) => id !== me);
  const hasRead = (id: string) => (marks[id] ?? 0) >= seq;
  return (
    <Dialog title={t('whoRead')} onClose={onClose}>
      <div class="body">
        <People title={t('haveRead')} ids={others.filter(hasRead)} />
        <People title={t('haveNotRead')} ids={others.filter((id) => !hasRead(id))} />
      </div>
    </Dialog>
  );
}

function People({ title, ids }: { readonly title: string; readonly ids: readonly string[] }) {
  const people = useKoine((state) => state.people);
  if (ids.length === 0) return null;
  const known = ids.map((id) => people[id]).filter((person) => person !== undefined);
  return (
    <section>
      <div class="section-title">
        <h3>{title}</h3>
      </div>
      <ul>
        {known.map((person) => (
          <li key={person.id}>
            <PersonLine person={person} size="2.25rem" to={href(pathOfPerson(person))} />
          </li>
        ))}
      </ul>
    </section>
  );
}
