import type { OutgoingPost } from '@koine/client';
import { t } from '../i18n/i18n.ts';
import { client, useKoine } from '../koine.ts';
import { nameOf } from '../rooms/names.ts';
import { Prose } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { OutgoingState } from '../ui/outgoing-state.tsx';
import { Gallery } from '../ui/pictures.tsx';

/** Posts that the server has not confirmed, above the list that they will be in. */
export function OutgoingPosts() {
  const posts = useKoine((state) => state.outgoingPosts);
  return (
    <>
      {posts.map((post) => (
        <OutgoingCard key={post.key} post={post} />
      ))}
    </>
  );
}

function OutgoingCard({ post }: { readonly post: OutgoingPost }) {
  const me = useKoine((state) => state.me);
  const { key, body, images } = post;
  return (
    <article class="post waiting" aria-label={t('post')}>
      <header>
        <Avatar id={me?.id ?? ''} name={nameOf(me ?? undefined)} url={me?.avatarUrl} size="2.5rem" />
        <div class="by">
          <span class="name" dir="auto">
            {nameOf(me ?? undefined)}
          </span>
        </div>
      </header>
      {body !== '' && (
        <div dir="auto">
          <Prose text={body} />
        </div>
      )}
      <Gallery files={images} />
      <OutgoingState
        outgoing={post}
        onRetry={() => client.feed.retry(key)}
        onDiscard={() => void client.feed.discard(key)}
      />
    </article>
  );
}
