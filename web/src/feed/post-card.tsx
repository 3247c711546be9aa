import '../styles/feed.css';
import type { PostState } from '@koine/client';
import { useMemo, useState } from 'preact/hooks';
import { isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { fullTime, timeAgo } from '../i18n/time.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { reportItem } from '../moderation/report-item.ts';
import { BotMark } from '../people/bot-mark.tsx';
import { linkToPerson } from '../people/links.ts';
import { copy, linkTo } from '../rooms/message-actions.ts';
import { nameOf } from '../rooms/names.ts';
import { href } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Prose } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Clamped } from '../ui/clamped.tsx';
import { Icon } from '../ui/icon.tsx';
import { memo } from '../ui/memo.ts';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { Gallery } from '../ui/pictures.tsx';
import { TextEditor } from '../ui/text-editor.tsx';
import { useNow } from '../ui/use-now.ts';

type Props = {
  readonly id: string;
  /** Whether a long text is shown from its beginning to its end. */
  readonly isWhole?: boolean;
};

export const PostCard = memo(({ id, isWhole = false }: Props) => {
  const post = useKoine((state) => state.posts[id]);
  const isBlocked = useKoine((state) => post !== undefined && state.blocks?.[post.author] === true);
  const [isEditing, setEditing] = useState(false);
  if (!post || isBlocked) return null;
  const save = (body: string) => attempt(() => client.feed.edit(id, { body }));
  return (
    <article class="post" aria-label={t('post')} tabIndex={-1}>
      <Head post={post} onEdit={() => setEditing(true)} />
      {post.title && <h2 dir="auto">{post.title}</h2>}
      {isEditing ? (
        <TextEditor text={post.body} label={t('editPost')} onSave={save} onEnd={() => setEditing(false)} />
      ) : (
        post.body !== '' && <Text body={post.body} isWhole={isWhole} />
      )}
      <Gallery files={post.images} />
      <Actions post={post} />
    </article>
  );
});

function Text({ body, isWhole }: { readonly body: string; readonly isWhole: boolean }) {
  const text = useMemo(() => <Prose text={body} />, [body]);
  return isWhole ? <div dir="auto">{text}</div> : <Clamped>{text}</Clamped>;
}

function Head({ post, onEdit }: { readonly post: PostState; readonly onEdit: () => void }) {
  const author = useKoine((state) => state.people[post.author]);
  const now = useNow();
  const profile = linkToPerson(author);
  return (
    <header>
      <a {...profile} tabIndex={-1} aria-hidden="true">
        <Avatar id={post.author} name={nameOf(author)} url={author?.avatarUrl} online={author?.online} size="2.5rem" />
      </a>
      <div class="by">
        <a class="name" {...profile} dir="auto">
          {nameOf(author)}
        </a>
        <p class="when">
          <BotMark of={author} />{' '}
          <a href={href(`/posts/${post.id}`)} title={fullTime(post.createdAt)}>
            <time dateTime={post.createdAt}>{timeAgo(post.createdAt, now)}</time>
          </a>
          {post.editedAt && ` · ${t('edited')}`}
        </p>
      </div>
      <PostMenu post={post} onEdit={onEdit} />
    </header>
  );
}

function PostMenu({ post, onEdit }: { readonly post: PostState; readonly onEdit: () => void }) {
  const me = useKoine((state) => state.me);
  const isMine = me?.id === post.author;
  const remove = () =>
    openDialog('confirm', {
      title: t('deletePost'),
      text: t('deletePostText'),
      action: t('delete'),
      run: () => void attempt(() => client.feed.remove(post.id)),
    });
  const items: (MenuItem | null)[] = [
    { icon: 'link', text: t('copyLink'), onSelect: () => void copy(linkTo(`/posts/${post.id}`)) },
    isMine ? { icon: 'pencil', text: t('edit'), onSelect: onEdit } : null,
    isMine || isStaff(me) ? { icon: 'trash-2', text: t('delete'), onSelect: remove, danger: true } : null,
    reportItem({ kind: 'post', id: post.id }, post.author),
  ];
  return <MenuButton icon="ellipsis" label={t('postMenu')} items={items} />;
}

function Actions({ post }: { readonly post: PostState }) {
  const { id, liked, bookmarked, likesCount, commentsCount, viewsCount = 0 } = post;
  return (
    <footer>
      <button
        type="button"
        class="like"
        aria-pressed={liked}
        aria-label={t('likeThis')}
        onClick={() => void attempt(() => (liked ? client.feed.unlike(id) : client.feed.like(id)))}
      >
        <Icon name="heart" class={liked ? 'filled' : ''} />
      </button>
      {likesCount > 0 ? (
        // With a key: no other button becomes this one.
        <button
          key="count"
          type="button"
          class="count"
          aria-label={t('likesCount', { n: likesCount })}
          onClick={() => openDialog('likes', { post: id })}
        >
          {likesCount}
        </button>
      ) : (
        <span key="count" class="count" />
      )}
      <a class="comments" href={href(`/posts/${id}`)} aria-label={t('commentsCount', { n: commentsCount })}>
        <Icon name="message-square" />
        <span>{commentsCount > 0 ? commentsCount : ''}</span>
      </a>
      <span class="views" title={t('viewsCount', { n: viewsCount })}>
        <Icon name="eye" class="small" />
        {viewsCount}
      </span>
      <button
        type="button"
        class="bookmark"
        aria-pressed={bookmarked}
        aria-label={t('bookmarkThis')}
        title={t('bookmarkThis')}
        onClick={() => void attempt(() => (bookmarked ? client.feed.unbookmark(id) : client.feed.bookmark(id)))}
      >
        <Icon name="bookmark" class={bookmarked ? 'filled' : ''} />
      </button>
    </footer>
  );
}
