import '../styles/composer.css';
import type { MessageState, RoomState } from '@koine/client';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { plainText } from '../text/markdown.tsx';
import { FileInput } from '../ui/file-input.tsx';
import { Icon, IconButton } from '../ui/icon.tsx';
import { UploadList } from '../ui/upload-list.tsx';
import { filesOf, useUploads } from '../ui/uploads.ts';
import { recallDraft, rememberDraft } from './drafts.ts';
import { EmojiPopover } from './emoji-popover.tsx';
import { Completion, useCompletion } from './mention-completion.tsx';
import { nameOf } from './names.ts';

/** The task of the composer: a new message, an answer, or the new text of a message. */
export type About = { readonly kind: 'reply' | 'edit'; readonly message: MessageState } | null;

type Props = {
  readonly room: RoomState;
  readonly title: string;
  readonly about: About;
  readonly onAbout: (about: About) => void;
  readonly onSent: () => void;
  readonly lastOwn: () => MessageState | undefined;
};

const MOST_FILES = 10;
const hasKeyboard = () => !matchMedia('(pointer: coarse)').matches;

export function Composer({ room, title, about, onAbout, onSent, lastOwn }: Props) {
  const [text, setText] = useState(recallDraft(room.id));
  const [isDropping, setDropping] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const uploads = useUploads(MOST_FILES, room.id);
  const completion = useCompletion(room, area, text, (next) => write(next));
  const isEditing = about?.kind === 'edit';

  useEffect(() => {
    if (hasKeyboard()) area.current?.focus();
  }, [room.id]);
  // Before anything more is typed.
  useLayoutEffect(() => {
    const field = area.current;
    if (!about || !field) return;
    if (about.kind === 'edit') {
      field.value = about.message.body;
      setText(about.message.body);
    }
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }, [about]);

  function write(next: string): void {
    setText(next);
    if (isEditing) return;
    rememberDraft(room.id, next);
    if (next.trim() !== '') client.rooms.typing(room.id);
  }

  function endAbout(): void {
    if (isEditing) setText(recallDraft(room.id));
    onAbout(null);
  }

  function submit(): void {
    const body = text.trim();
    if (isEditing) {
      if (body === '') return;
      const { seq, body: before } = about.message;
      if (body !== before) void attempt(() => client.messages.edit(room.id, seq, body));
      endAbout();
      return;
    }
    if ((body === '' && uploads.files.length === 0) || uploads.isBusy) return;
    const replyTo = about ? { replyTo: about.message.seq } : {};
    void client.messages.send(room.id, { body, files: uploads.files, ...replyTo });
    write('');
    uploads.clear();
    onAbout(null);
    onSent();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || completion.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && hasKeyboard()) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && about) {
      event.stopPropagation();
      endAbout();
    } else if (event.key === 'ArrowUp' && text === '' && !about) {
      const message = lastOwn();
      if (message) {
        event.preventDefault();
        onAbout({ kind: 'edit', message });
      }
    }
  }

  const insert = (emoji: string) => {
    const at = area.current?.selectionStart ?? text.length;
    write(text.slice(0, at) + emoji + text.slice(area.current?.selectionEnd ?? at));
    area.current?.focus();
  };
  const isEmpty = text.trim() === '' && uploads.files.length === 0;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div
        class={isDropping ? 'box dropping' : 'box'}
        style={{ position: 'relative' }}
        onDragOver={(event) => {
          event.preventDefault();
          setDropping(true);
        }}
        onDragLeave={() => setDropping(false)}
        onDrop={(event) => {
          event.preventDefault();
          setDropping(false);
          uploads.add(filesOf(event.dataTransfer));
        }}
      >
        <Completion completion={completion} />
        {about && <AboutLine about={about} onEnd={endAbout} />}
        <UploadList uploads={uploads} />
        <div class="row">
          {!isEditing && <FileInput onPick={uploads.add} />}
          <textarea
            ref={area}
            rows={1}
            value={text}
            dir="auto"
            aria-label={t('messageTo', { title })}
            placeholder={t('messageTo', { title })}
            enterkeyhint={hasKeyboard() ? 'send' : 'enter'}
            {...completion.fieldProps}
            onInput={(event) => {
              write(event.currentTarget.value);
              completion.look();
            }}
            onKeyDown={onKeyDown}
            onBlur={completion.close}
            onPaste={(event) => {
              const pasted = filesOf(event.clipboardData);
              if (pasted.length === 0 || isEditing) return;
              event.preventDefault();
              uploads.add(pasted);
            }}
          />
          <EmojiPopover label={t('emoji')} onPick={insert}>
            {(toggle) => <IconButton icon="smile" {...toggle} />}
          </EmojiPopover>
          <IconButton
            type="submit"
            icon={isEditing ? 'check' : 'send-horizontal'}
            label={t(isEditing ? 'save' : 'send')}
            disabled={isEmpty || uploads.isBusy}
            {...(isEmpty ? {} : { class: 'primary' })}
          />
        </div>
      </div>
    </form>
  );
}

function AboutLine({ about, onEnd }: { readonly about: NonNullable<About>; readonly onEnd: () => void }) {
  const author = useKoine((state) => state.people[about.message.author]);
  const isReply = about.kind === 'reply';
  return (
    <div class="about">
      <Icon name={isReply ? 'reply' : 'pencil'} class="small" />
      <span class="text">
        <strong>{isReply ? t('replyTo', { name: nameOf(author) }) : t('editing')}</strong>{' '}
        {plainText(about.message.body.slice(0, 200))}
      </span>
      <IconButton icon="x" iconClass="small" label={t('cancel')} onClick={onEnd} />
    </div>
  );
}
