import '../styles/comments.css';
import type { CommentState } from '@koine/client';
import { useRef, useState } from 'preact/hooks';
import { isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { fullTime, timeAgo } from '../i18n/time.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { reportItem } from '../moderation/report-item.ts';
import { linkToPerson } from '../people/links.ts';
import { recallDraft, rememberDraft } from '../rooms/drafts.ts';
import { copy } from '../rooms/message-actions.ts';
import { nameOf } from '../rooms/names.ts';
import { goBack } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { Prose } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Empty, Spinner } from '../ui/empty.tsx';
import { IconButton } from '../ui/icon.tsx';
import { MenuButton, type MenuItem } from '../ui/menu.tsx';
import { TextEditor } from '../ui/text-editor.tsx';
import { useNow } from '../ui/use-now.ts';
import { useTitle } from '../ui/use-title.ts';
import { useReading } from '../use-reading.ts';
import { PostCard } from './post-card.tsx';

/** A post with its comments. */
export function PostScreen({ id }: { readonly id: string }) {
  const isKnown = useKoine((state) => state.posts[id] !== undefined);
  const failure = useReading(() => Promise.all([client.feed.read(id), client.feed.openComments(id)]), [id]);
  const shown = useRef<string | null>(null);
  if (isKnown) shown.current = id;
  // The post was deleted, perhaps while it was on screen.
  const isGone = failure?.isMissing || (!isKnown && shown.current === id);
  useTitle(t('post'));
  return (
    <>
      <header class="bar with-back">
        <IconButton icon="arrow-left" label={t('back')} onClick={() => goBack('/feed')} />
        <h1 class="titles">{t('post')}</h1>
      </header>
      <div class="page">
        <div class="column feed">
          {isKnown && <PostCard id={id} isWhole />}
          {isKnown && <Comments post={id} />}
          {!isKnown && isGone && <Empty icon="newspaper" title={t('noSuchPost')} />}
          {!isKnown && !isGone && (failure ? <Empty icon="wifi-off" title={failure.text} /> : <Spinner />)}
        </div>
      </div>
    </>
  );
}

function Comments({ post }: { readonly post: string }) {
  const thread = useKoine((state) => state.threads[post]);
  const blocks = useKoine((state) => state.blocks);
  return (
    <section class="comments-list" aria-label={t('comments')}>
      {!thread && <Spinner />}
      {thread?.items.length === 0 && <p class="nothing">{t('noComments')}</p>}
      {thread?.items.map((comment) =>
        blocks?.[comment.author] ? null : <CommentItem key={comment.id} comment={comment} />,
      )}
      {thread?.next && (
        <button type="button" class="button plain" onClick={() => void attempt(() => client.feed.moreComments(post))}>
          {t('moreComments')}
        </button>
      )}
      <CommentForm post={post} />
    </section>
  );
}

function CommentItem({ comment }: { readonly comment: CommentState }) {
  const author = useKoine((state) => state.people[comment.author]);
  const me = useKoine((state) => state.me);
  const [isEditing, setEditing] = useState(false);
  const now = useNow();
  const isMine = me?.id === comment.author;
  const remove = () =>
    openDialog('confirm', {
      title: t('deleteComment'),
      text: t('deleteCommentText'),
      action: t('delete'),
      run: () => void attempt(() => client.feed.removeComment(comment.id)),
    });
  const items: (MenuItem | null)[] = [
    { icon: 'copy', text: t('copyText'), onSelect: () => void copy(comment.body) },
    isMine ? { icon: 'pencil', text: t('edit'), onSelect: () => setEditing(true) } : null,
    isMine || isStaff(me) ? { icon: 'trash-2', text: t('delete'), onSelect: remove, danger: true } : null,
    reportItem({ kind: 'comment', id: comment.id }, comment.author),
  ];
  const profile = linkToPerson(author);
  return (
    <article class="comment" aria-label={t('commentOf', { name: nameOf(author) })}>
      <a {...profile} tabIndex={-1} aria-hidden="true">
        <Avatar id={comment.author} name={nameOf(author)} url={author?.avatarUrl} size="2rem" />
      </a>
      <div class="content">
        <p class="who">
          <a class="name" {...profile} dir="auto">
            {nameOf(author)}
          </a>
          <time dateTime={comment.createdAt} title={fullTime(comment.createdAt)}>
            {timeAgo(comment.createdAt, now)}
          </time>
        </p>
        {isEditing ? (
          <TextEditor
            text={comment.body}
            label={t('editComment')}
            onSave={(body) => attempt(() => client.feed.editComment(comment.id, body))}
            onEnd={() => setEditing(false)}
          />
        ) : (
          <div dir="auto">
            <Prose text={comment.body} />
          </div>
        )}
      </div>
      <MenuButton icon="ellipsis" label={t('commentMenu')} items={items} />
    </article>
  );
}

function CommentForm({ post }: { readonly post: string }) {
  const draft = `comment.${post}`;
  const [body, setBody] = useState(recallDraft(draft));
  const me = useKoine((state) => state.me);
  const write = (text: string) => {
    setBody(text);
    rememberDraft(draft, text);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const text = body.trim();
    if (text === '') return;
    write('');
    if (!(await attempt(() => client.feed.comment(post, text)))) write(text);
  };
  return (
    <form class="comment-form" onSubmit={(event) => void send(event)}>
      <Avatar id={me?.id ?? ''} name={nameOf(me ?? undefined)} url={me?.avatarUrl} size="2rem" />
      <textarea
        class="input"
        rows={1}
        dir="auto"
        aria-label={t('writeComment')}
        placeholder={t('writeComment')}
        value={body}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send(event);
        }}
      />
      <IconButton type="submit" icon="send-horizontal" label={t('send')} disabled={body.trim() === ''} />
    </form>
  );
}
