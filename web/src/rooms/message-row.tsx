import '../styles/message.css';
import type { MessageState, Outgoing, Person } from '@koine/client';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { clockOf, fullTime } from '../i18n/time.ts';
import { useKoine } from '../koine.ts';
import { BotMark } from '../people/bot-mark.tsx';
import { linkToPerson } from '../people/links.ts';
import { href } from '../router.ts';
import { Prose, plainText } from '../text/markdown.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { memo } from '../ui/memo.ts';
import { MenuButton } from '../ui/menu.tsx';
import { OutgoingState } from '../ui/outgoing-state.tsx';
import { Pictures } from '../ui/pictures.tsx';
import { EmojiPopover } from './emoji-popover.tsx';
import {
  actByKey,
  discardOutgoing,
  type MessageActions,
  messageMenu,
  react,
  retryOutgoing,
} from './message-actions.ts';
import { nameOf, type Place, pathOfRoom } from './names.ts';
import { ReaderFaces } from './reader-faces.tsx';

type Props = {
  readonly room: Place;
  readonly message: MessageState;
  readonly isFirst: boolean;
  readonly rowKey: string;
  readonly actions: MessageActions;
  readonly isFlashing: boolean;
  /** Whether the Tab key reaches it; arrow keys reach the others from there. */
  readonly isTabStop: boolean;
  /** People who have read up to it and no further. */
  readonly readers: readonly string[] | undefined;
};

export const MessageRow = memo((props: Props) => {
  const { room, message, isFirst, rowKey, actions, isFlashing, isTabStop, readers } = props;
  const me = useKoine((state) => state.me);
  const author = useKoine((state) => state.people[message.author]);
  const isMuted = useKoine((state) => message.author in (state.mutes ?? {}));
  const [isShown, setShown] = useState(false);
  const mentionsMe = me !== null && message.mentions.includes(me.id);
  const classes = ['message', isFirst && 'first', mentionsMe && 'mentions-me', isFlashing && 'flash'];
  return (
    <article
      class={classes.filter(Boolean).join(' ')}
      data-key={rowKey}
      data-seq={message.seq}
      tabIndex={isTabStop ? 0 : -1}
      onKeyDown={(event) => event.target === event.currentTarget && actByKey(event, room, message, me, actions)}
      aria-label={t('messageOf', { name: nameOf(author), time: clockOf(message.createdAt) })}
    >
      <Gutter author={author} id={message.author} createdAt={message.createdAt} isFirst={isFirst} />
      <div class="content">
        {isFirst && <Who author={author} createdAt={message.createdAt} />}
        {message.replyTo && <Quote room={room} reply={message.replyTo} onOpen={actions.show} />}
        {isMuted && !isShown ? (
          <button type="button" class="button plain muted" onClick={() => setShown(true)}>
            {t('showMuted')}
          </button>
        ) : (
          <Body message={message} />
        )}
        {!message.deletedAt && (!isMuted || isShown) && <Reactions room={room} message={message} />}
      </div>
      {!message.deletedAt && <Tools room={room} message={message} actions={actions} />}
      {readers && <ReaderFaces room={room.id} seq={message.seq} ids={readers} />}
    </article>
  );
});

type GutterProps = {
  readonly author: Person | undefined;
  readonly id: string;
  readonly createdAt: string;
  readonly isFirst: boolean;
};

function Gutter({ author, id, createdAt, isFirst }: GutterProps) {
  if (!isFirst)
    return (
      <div class="gutter">
        <time dateTime={createdAt} title={fullTime(createdAt)}>
          {clockOf(createdAt)}
        </time>
      </div>
    );
  return (
    <div class="gutter">
      <a {...linkToPerson(author)} tabIndex={-1} aria-hidden="true">
        <Avatar id={id} name={nameOf(author)} url={author?.avatarUrl} size="var(--face, 2.5rem)" />
      </a>
    </div>
  );
}

function Who({ author, createdAt }: { readonly author: Person | undefined; readonly createdAt: string }) {
  return (
    <div class="who">
      <a {...linkToPerson(author)} dir="auto">
        {nameOf(author)}
      </a>
      <BotMark of={author} />
      <time dateTime={createdAt} title={fullTime(createdAt)}>
        {clockOf(createdAt)}
      </time>
    </div>
  );
}

type QuoteProps = {
  readonly room: Place;
  readonly reply: NonNullable<MessageState['replyTo']>;
  readonly onOpen: (seq: number) => void;
};

function Quote({ room, reply, onOpen }: QuoteProps) {
  const author = useKoine((state) => state.people[reply.author]);
  const isBlocked = useKoine((state) => state.blocks?.[reply.author] === true);
  return (
    <a
      class="quote"
      href={href(`${pathOfRoom(room)}/${reply.seq}`)}
      onClick={(event) => {
        event.preventDefault();
        onOpen(reply.seq);
      }}
    >
      <Icon name="reply" class="small" />
      <strong>{nameOf(author)}</strong>
      <span dir="auto">{isBlocked ? '…' : plainText(reply.excerpt) || t('messageDeleted')}</span>
    </a>
  );
}

function Body({ message }: { readonly message: MessageState }) {
  const people = useKoine((state) => state.people);
  const me = useKoine((state) => state.me?.id);
  const names = message.mentions
    .map((id) => `${people[id]?.username.toLowerCase() ?? ''}${id === me ? '!' : ''}`)
    .join(' ');
  const mentioned = useMentioned(names);
  if (message.deletedAt)
    return (
      <p class="gone">
        <Icon name="ban" class="small" /> {t('messageDeleted')}
      </p>
    );
  return (
    <>
      {message.body !== '' && (
        <div dir="auto">
          <Prose text={message.body} mentioned={mentioned} />
          {message.editedAt && (
            <span class="edited" title={fullTime(message.editedAt)}>
              {t('edited')}
            </span>
          )}
        </div>
      )}
      <Pictures files={message.files} />
    </>
  );
}

/** The same map for the same names: a text is parsed once. */
function useMentioned(names: string): ReadonlyMap<string, { isMe: boolean }> {
  const known = useRef({ names: '', map: NOBODY });
  if (known.current.names !== names)
    known.current = {
      names,
      map: new Map(names.split(' ').map((name) => [name.replace('!', ''), { isMe: name.endsWith('!') }])),
    };
  return known.current.map;
}

const NOBODY: ReadonlyMap<string, { isMe: boolean }> = new Map();

function Reactions({ room, message }: { readonly room: Place; readonly message: MessageState }) {
  if (message.reactions.length === 0) return null;
  return (
    <div class="reactions">
      {message.reactions.map(({ emoji, count, mine }) => (
        <button
          key={emoji}
          type="button"
          class="reach"
          aria-pressed={mine}
          aria-label={t('reactionCount', { n: count, emoji })}
          onClick={() => react(room.id, message, emoji)}
        >
          <span aria-hidden="true">{emoji}</span>
          <span aria-hidden="true">{count}</span>
        </button>
      ))}
      <ReactButton room={room} message={message} class="add reach" />
    </div>
  );
}

type ReactProps = { readonly room: Place; readonly message: MessageState; readonly class?: string };

function ReactButton({ room, message, class: extra }: ReactProps) {
  return (
    <EmojiPopover label={t('addReaction')} onPick={(emoji) => react(room.id, message, emoji)}>
      {({ label, expanded, onClick }) =>
        extra ? (
          <button
            type="button"
            class={extra}
            aria-label={label}
            title={label}
            aria-expanded={expanded}
            onClick={onClick}
          >
            <Icon name="smile-plus" class="small" />
          </button>
        ) : (
          <IconButton icon="smile-plus" label={label} expanded={expanded} onClick={onClick} />
        )
      }
    </EmojiPopover>
  );
}

function Tools({ room, message, actions }: Pick<Props, 'room' | 'message' | 'actions'>) {
  const me = useKoine((state) => state.me);
  return (
    <div class="tools" role="toolbar" aria-label={t('messageTools')}>
      <ReactButton room={room} message={message} />
      <IconButton icon="reply" label={t('reply')} onClick={() => actions.reply(message)} />
      <MenuButton icon="ellipsis" label={t('more')} items={messageMenu(room, message, me, actions)} />
    </div>
  );
}

type OutgoingProps = {
  readonly outgoing: Outgoing;
  readonly isFirst: boolean;
  readonly rowKey: string;
};

/** A message that the server has not confirmed. */
export const OutgoingRow = memo(({ outgoing, isFirst, rowKey }: OutgoingProps) => {
  const me = useKoine((state) => state.me);
  const { body, createdAt, files } = outgoing;
  return (
    <article class={isFirst ? 'message first waiting' : 'message waiting'} data-key={rowKey} tabIndex={-1}>
      <Gutter author={me ?? undefined} id={me?.id ?? ''} createdAt={createdAt} isFirst={isFirst} />
      <div class="content">
        {isFirst && <Who author={me ?? undefined} createdAt={createdAt} />}
        <div dir="auto">
          <Prose text={body} />
        </div>
        <Pictures files={files} />
        <OutgoingState
          outgoing={outgoing}
          onRetry={() => retryOutgoing(outgoing)}
          onDiscard={() => discardOutgoing(outgoing)}
        />
      </div>
    </article>
  );
});
