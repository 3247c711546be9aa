import '../styles/readers.css';
import { t } from '../i18n/i18n.ts';
import { useKoine } from '../koine.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { firstName, nameOf } from './names.ts';

const MOST_FACES = 3;

type Props = { readonly room: string; readonly seq: number; readonly ids: readonly string[] };

/** The faces of those who have read up to this message. */
export function ReaderFaces({ room, seq, ids }: Props) {
  const people = useKoine((state) => state.people);
  const label = t('readBy', { names: ids.map((id) => nameOf(people[id])).join(', ') });
  const more = ids.length - MOST_FACES;
  return (
    <button
      type="button"
      class="readers reach"
      aria-label={label}
      title={label}
      onClick={() => openDialog('readers', { room, seq })}
    >
      {ids.slice(0, MOST_FACES).map((id) => (
        <Avatar key={id} id={id} name={firstName(nameOf(people[id]))} url={people[id]?.avatarUrl} size="1.125rem" />
      ))}
      {more > 0 && <span aria-hidden="true">+{more}</span>}
    </button>
  );
}
