import '../styles/search.css';
import type { SearchHit } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { titleOf } from '../rooms/names.ts';
import { href, path } from '../router.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { useTitle } from '../ui/use-title.ts';
import { usePages } from '../use-pages.ts';
import { Hit } from './hit.tsx';

const TABS = [
  { kind: 'messages', text: 'searchMessages' },
  { kind: 'posts', text: 'searchPosts' },
  { kind: 'people', text: 'people' },
  { kind: 'rooms', text: 'rooms' },
] as const;
type Kind = (typeof TABS)[number]['kind'];

const PAUSE = 200;

/** `kind`: the last part of the address. The words and the room are in its query, so that going back finds them. */
export function SearchScreen({ kind: name }: { readonly kind: string | undefined }) {
  const kind = TABS.find((tab) => tab.kind === name)?.kind ?? 'messages';
  const [words, setWords] = useState(() => new URLSearchParams(location.search).get('q') ?? '');
  const [room, setRoom] = useState(() => new URLSearchParams(location.search).get('room'));
  useTitle(t('search'));
  const query = queryOf(words, room);
  useEffect(() => history.replaceState(history.state, '', href(path.peek()) + query), [query, kind]);
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('search')}</h1>
      </header>
      <div class="page">
        <div class="column search">
          <div class="search-field">
            <Icon name="search" class="small" />
            <input
              class="input"
              type="search"
              data-autofocus
              maxLength={200}
              aria-label={t('search')}
              placeholder={t('searchPlaceholder')}
              value={words}
              ref={focusOnce}
              onInput={(event) => setWords(event.currentTarget.value)}
            />
          </div>
          <nav class="segments" aria-label={t('searchIn')}>
            {TABS.map((tab) => (
              <a
                key={tab.kind}
                href={`${href(`/search/${tab.kind}`)}${query}`}
                aria-current={tab.kind === kind ? 'page' : undefined}
              >
                {t(tab.text)}
              </a>
            ))}
          </nav>
          {room !== null && kind === 'messages' && <RoomFilter id={room} onRemove={() => setRoom(null)} />}
          {words.trim() === '' ? (
            <Empty icon="search" title={t('searchEmpty')} text={t('searchHelp')} />
          ) : (
            <Hits key={kind} kind={kind} words={words} room={kind === 'messages' ? room : null} />
          )}
        </div>
      </div>
    </>
  );
}

function focusOnce(field: HTMLInputElement | null): void {
  field?.focus();
}

function queryOf(words: string, room: string | null): string {
  const query = new URLSearchParams({ ...(words !== '' && { q: words }), ...(room !== null && { room }) }).toString();
  return query === '' ? '' : `?${query}`;
}

function RoomFilter({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }) {
  const title = useKoine((state) => (state.rooms[id] ? titleOf(state.rooms[id], state) : t('aRoom')));
  return (
    <p class="filter">
      <span dir="auto">{t('searchInRoom', { title })}</span>
      <IconButton icon="x" label={t('searchEverywhere')} onClick={onRemove} />
    </p>
  );
}

type HitsProps = { readonly kind: Kind; readonly words: string; readonly room: string | null };

function Hits({ kind, words, room }: HitsProps) {
  const read = (cursor?: string) =>
    client.search.find(kind, isOfTexts(kind) ? whileTyping(words) : words, {
      ...(room !== null && { room }),
      ...(cursor !== undefined && { cursor }),
    });
  const { items, hasMore, failure, more } = usePages<SearchHit>(read, [words, room], PAUSE);
  if (failure !== null) return <Empty icon="circle-alert" title={failure} />;
  if (items === null) return <Spinner />;
  if (items.length === 0 && !hasMore) return <Empty icon="search" title={t('nothingFound')} />;
  return (
    <>
      <p class="visually-hidden" role="status">
        {t('foundCount', { n: items.length })}
      </p>
      <ul class="notifications">
        {items.map((hit) => (
          <li key={keyOf(hit)}>
            <Hit hit={hit} />
          </li>
        ))}
      </ul>
      <EndOfList hasMore={hasMore} onReach={more} />
    </>
  );
}

/** Names are found by their starts anyhow. */
const isOfTexts = (kind: Kind) => kind === 'messages' || kind === 'posts';

/** The last word may not be written yet: what begins like it is found. */
function whileTyping(words: string): string {
  return /(?:^|\s)[\p{L}\p{N}]{2,}$/u.test(words) ? `${words}*` : words;
}

function keyOf({ roomId, message, post, person, room }: SearchHit): string {
  return message ? `${roomId} ${message.seq}` : ((post ?? person ?? room)?.id ?? '');
}
