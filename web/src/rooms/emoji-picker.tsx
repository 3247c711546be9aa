import { useEffect, useRef, useState } from 'preact/hooks';
import { locale, t } from '../i18n/i18n.ts';
import { recall, remember } from '../preferences.ts';
import { SearchField } from '../ui/search-field.tsx';
import { type Emoji, loadEmoji } from './emoji.ts';

const RECENT = 'emoji';
const MOST_RECENT = 16;
const USUAL = ['👍', '❤️', '😂', '🎉', '🙏', '😮', '😢', '🔥'];
const MOST_FOUND = 64;

function recent(): readonly string[] {
  const known = (recall(RECENT) ?? '').split(' ').filter(Boolean);
  return [...known, ...USUAL.filter((emoji) => !known.includes(emoji))].slice(0, MOST_RECENT);
}

type Props = { readonly onPick: (emoji: string) => void };

/** A grid of emoji with a search; arrow keys move in it. */
export function EmojiPicker({ onPick }: Props) {
  const [groups, setGroups] = useState<readonly (readonly Emoji[])[]>([]);
  const [query, setQuery] = useState('');
  const surface = useRef<HTMLDivElement>(null);
  // The popover that it is in opened before it was loaded.
  useEffect(() => surface.current?.querySelector('input')?.focus(), []);
  useEffect(() => void loadEmoji(locale()).then(setGroups, () => {}), []);
  const pick = (emoji: string) => {
    remember(RECENT, [emoji, ...recent().filter((one) => one !== emoji)].slice(0, MOST_RECENT).join(' '));
    onPick(emoji);
  };
  const words = query.trim().toLowerCase();
  const found =
    words === ''
      ? []
      : groups
          .flat()
          .filter(({ search }) => search.includes(words))
          .slice(0, MOST_FOUND);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && found[0] && event.target instanceof HTMLInputElement) pick(found[0].emoji);
    else moveInGrid(event, surface.current);
  };
  return (
    <div ref={surface} class="contents" onKeyDown={onKeyDown}>
      <SearchField label={t('searchEmoji')} value={query} onInput={setQuery} focused />
      <div class="list">
        {words !== '' && <Grid title={t('found')} emoji={found} onPick={pick} />}
        {words === '' && (
          <Grid title={t('recentEmoji')} emoji={recent().map((emoji) => ({ emoji, name: emoji }))} onPick={pick} />
        )}
        {words === '' &&
          groups.map((group, index) => <Grid key={index} title={groupTitle(index)} emoji={group} onPick={pick} />)}
      </div>
    </div>
  );
}

const groupTitle = (index: number): string =>
  t(
    (
      [
        'emojiPeople',
        'emojiNature',
        'emojiFood',
        'emojiTravel',
        'emojiActivities',
        'emojiObjects',
        'emojiSymbols',
        'emojiFlags',
      ] as const
    )[index] ?? 'emojiSymbols',
  );

type GridProps = {
  readonly title: string;
  readonly emoji: readonly { readonly emoji: string; readonly name: string }[];
  readonly onPick: (emoji: string) => void;
};

function Grid({ title, emoji, onPick }: GridProps) {
  return (
    <section>
      <h3>{title}</h3>
      <div class="grid">
        {emoji.map(({ emoji: one, name }) => (
          <button key={one} type="button" aria-label={name} title={name} onClick={() => onPick(one)}>
            {one}
          </button>
        ))}
      </div>
    </section>
  );
}

function moveInGrid(event: KeyboardEvent, surface: Element | null): void {
  const buttons = [...(surface?.querySelectorAll<HTMLElement>('.grid > button') ?? [])];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  if (at < 0 && event.key !== 'ArrowDown') return;
  const first = buttons[0]?.offsetTop;
  const columns = Math.max(
    1,
    buttons.findIndex(({ offsetTop }) => offsetTop !== first),
  );
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : columns, ArrowUp: -columns }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(at + step, buttons.length - 1))]?.focus();
}
