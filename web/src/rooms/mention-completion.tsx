import { mentionOf, type Person, type RoomState } from '@koine/client';
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client } from '../koine.ts';
import { Avatar } from '../ui/avatar.tsx';
import { nameOf } from './names.ts';

const MOST = 6;
const LIST = 'mention-list';
/** An at sign and the beginning of a name, right before the caret. */
const BEGUN = /(?:^|[\s(])@(?:([\p{L}\p{N}_.-]{0,32})|"([^"\n]{0,64}))$/u;
const WRITTEN = /@(?:[\p{L}\p{N}_.-]*|"[^"\n]*)$/u;

/** Completes `@na…` to a member's name, in a list that the text field controls. */
export function useCompletion(
  room: RoomState,
  area: RefObject<HTMLTextAreaElement | null>,
  text: string,
  write: (text: string) => void,
) {
  const [found, setFound] = useState<readonly Person[]>([]);
  const [at, setAt] = useState(0);
  const asked = useRef('');

  const close = () => {
    asked.current = '';
    setFound([]);
  };

  function look(): void {
    const field = area.current;
    const written = field && BEGUN.exec(field.value.slice(0, field.selectionStart));
    const begun = written?.[1] ?? written?.[2];
    if (begun === undefined) {
      close();
      return;
    }
    asked.current = begun;
    setAt(0);
    void candidates(room, begun).then((people) => {
      if (asked.current === begun && field === document.activeElement) setFound(people);
    });
  }

  function take(person: Person): void {
    const field = area.current;
    if (!field) return;
    const caret = field.selectionStart;
    const before = text.slice(0, caret).replace(WRITTEN, () => `${mentionOf(person)} `);
    write(before + text.slice(caret));
    close();
    field.focus();
    requestAnimationFrame(() => field.setSelectionRange(before.length, before.length));
  }

  function onKeyDown(event: KeyboardEvent): boolean {
    if (found.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[at];
    // A name that is written out needs no completion.
    if (event.key === 'Enter' && chosen?.username.toLowerCase() === asked.current.toLowerCase()) return false;
    if (step !== undefined) setAt((at + step + found.length) % found.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const fieldProps = {
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-controls': LIST,
    ...(found.length > 0 ? { 'aria-activedescendant': `${LIST}-${at}` } : {}),
  } as const;
  return { found, at, take, look, close, onKeyDown, fieldProps };
}

async function candidates(room: RoomState, begun: string): Promise<readonly Person[]> {
  const wanted = begun.toLowerCase();
  const { people, me } = client.state;
  const matches = (person: Person | undefined): person is Person =>
    person !== undefined &&
    person.id !== me?.id &&
    (person.username.toLowerCase().startsWith(wanted) || nameOf(person).toLowerCase().startsWith(wanted));
  if (room.members)
    return room.members
      .map((id) => people[id])
      .filter(matches)
      .slice(0, MOST);
  const known = Object.values(people).filter(matches).slice(0, MOST);
  if (wanted === '' || known.length === MOST) return known;
  const { items } = await client.people.search(begun).catch(() => ({ items: [] }));
  return [...known, ...items.filter(({ id }) => known.every((one) => one.id !== id))].slice(0, MOST);
}

export function Completion({ completion }: { readonly completion: ReturnType<typeof useCompletion> }) {
  const { found, at, take } = completion;
  return (
    <div class="completion" id={LIST} role="listbox" aria-label={t('mention')} hidden={found.length === 0}>
      {found.map((person, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the text field
        <div
          key={person.id}
          id={`${LIST}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          class="menu-item"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(person)}
        >
          <Avatar id={person.id} name={nameOf(person)} url={person.avatarUrl} size="1.75rem" />
          <span class="text" dir="auto">
            {nameOf(person)} <span class="handle">@{person.username}</span>
          </span>
        </div>
      ))}
    </div>
  );
}
