import '../styles/feed.css';
import type { FeedName } from '@koine/client';
import { useRef } from 'preact/hooks';
import { awaySince } from '../catch-up/last-visit.ts';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { href } from '../router.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { EndOfList } from '../ui/end-of-list.tsx';
import { Icon } from '../ui/icon.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { useTitle } from '../ui/use-title.ts';
import { useReading } from '../use-reading.ts';
import { OutgoingPosts } from './outgoing-posts.tsx';
import { PostCard } from './post-card.tsx';
import { PostForm } from './post-form.tsx';

const TABS = [
  { name: 'all', to: '/feed', text: 'everyone' },
  { name: 'friends', to: '/feed/friends', text: 'friends' },
  { name: 'bookmarks', to: '/feed/bookmarks', text: 'bookmarks' },
] as const;

export function FeedScreen({ name }: { readonly name: FeedName }) {
  const page = useRef<HTMLDivElement>(null);
  useTitle(t('feed'));
  return (
    <>
      <header class="bar">
        <h1 class="titles">{t('feed')}</h1>
        <nav class="segments" aria-label={t('whichPosts')}>
          {TABS.map((tab) => (
            <a key={tab.name} href={href(tab.to)} aria-current={name === tab.name ? 'page' : undefined}>
              {t(tab.text)}
            </a>
          ))}
        </nav>
      </header>
      <div class="page" ref={page}>
        <div class="column feed">
          {name === 'all' && awaySince !== null && (
            <a class="button away" href={href('/catch-up')}>
              <Icon name="clock" class="small" />
              {t('catchUpOffer')}
            </a>
          )}
          {name !== 'bookmarks' && <PostForm />}
          {name !== 'bookmarks' && <OutgoingPosts />}
          <PostList name={name} onShowFresh={() => page.current?.scrollTo({ top: 0 })} />
        </div>
      </div>
    </>
  );
}

const EMPTY: Readonly<
  Record<
    string,
    {
      icon: IconName;
      title: 'noPosts' | 'noFriendsPosts' | 'noBookmarks' | 'noOwnPosts';
      text?: 'noPostsText' | 'noFriendsPostsText' | 'noBookmarksText';
    }
  >
> = {
  all: { icon: 'newspaper', title: 'noPosts', text: 'noPostsText' },
  friends: { icon: 'users', title: 'noFriendsPosts', text: 'noFriendsPostsText' },
  bookmarks: { icon: 'bookmark', title: 'noBookmarks', text: 'noBookmarksText' },
};

/** A list of posts. New ones wait above it until the reader asks for them. */
export function PostList({ name, onShowFresh }: { readonly name: FeedName; readonly onShowFresh: () => void }) {
  const feed = useKoine((state) => state.feeds[name]);
  const failure = useReading(() => client.feed.open(name), [name]);
  if (!feed) return failure === null ? <Spinner /> : <Empty icon="wifi-off" title={failure.text} />;
  const showFresh = () => {
    client.feed.showFresh(name);
    onShowFresh();
  };
  return (
    <>
      {feed.fresh.length > 0 && (
        <button type="button" class="fresh" onClick={showFresh}>
          <Icon name="arrow-up" class="small" />
          {t('newPosts', { n: feed.fresh.length })}
        </button>
      )}
      {feed.ids.length === 0 && feed.fresh.length === 0 && <Nothing name={name} />}
      {feed.ids.map((id) => (
        <PostCard key={id} id={id} />
      ))}
      <EndOfList hasMore={feed.next !== null} onReach={() => client.feed.more(name)} />
    </>
  );
}

function Nothing({ name }: { readonly name: FeedName }) {
  const { icon, title, text } = EMPTY[name] ?? { icon: 'newspaper' as const, title: 'noOwnPosts' as const };
  return (
    <Empty icon={icon} title={t(title)} {...(text ? { text: t(text) } : {})}>
      {name === 'friends' && (
        <a class="button" href={href('/people')}>
          {t('findPeople')}
        </a>
      )}
    </Empty>
  );
}
