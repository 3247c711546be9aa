import '../styles/post-form.css';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { recallDraft, rememberDraft } from '../rooms/drafts.ts';
import { nameOf } from '../rooms/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { FileInput } from '../ui/file-input.tsx';
import { toast } from '../ui/toasts.tsx';
import { UploadList } from '../ui/upload-list.tsx';
import { type Chosen, filesOf, useUploads } from '../ui/uploads.ts';

const DRAFT = 'post';
const MOST_FILES = 10;

/** Writes a post; files are chosen, pasted or dropped. */
export function PostForm() {
  const me = useKoine((state) => state.me);
  const [body, setBody] = useState(recallDraft(DRAFT));
  const area = useRef<HTMLTextAreaElement>(null);
  const uploads = useUploads(MOST_FILES, DRAFT);
  const write = (text: string) => {
    setBody(text);
    rememberDraft(DRAFT, text);
  };
  const isReady = (body.trim() !== '' || uploads.files.length > 0) && !uploads.isBusy;

  function publish(event: Event): void {
    event.preventDefault();
    if (!isReady) return;
    const written = { body: body.trim(), files: uploads.uploads };
    client.feed.publish({ body: written.body, images: uploads.files }).then(
      ({ id }) => toast(t('published'), { text: t('undo'), isUndo: true, run: () => void undo(id, written) }),
      // The post says so itself.
      () => {},
    );
    write('');
    uploads.clear();
  }

  /** The post goes, and what it said is in the form again. */
  async function undo(id: string, written: { readonly body: string; readonly files: readonly Chosen[] }) {
    if (!(await attempt(() => client.feed.remove(id)))) return;
    const begun = recallDraft(DRAFT);
    write(begun === '' ? written.body : `${written.body}\n\n${begun}`);
    uploads.restore(written.files);
    area.current?.focus();
  }

  return (
    <form
      class="post-form"
      onSubmit={publish}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        uploads.add(filesOf(event.dataTransfer));
      }}
    >
      <Avatar id={me?.id ?? ''} name={nameOf(me ?? undefined)} url={me?.avatarUrl} />
      <div class="fields">
        <textarea
          ref={area}
          rows={2}
          dir="auto"
          aria-label={t('whatIsNew')}
          placeholder={t('whatIsNew')}
          value={body}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) publish(event);
          }}
          onPaste={(event) => {
            const pasted = filesOf(event.clipboardData);
            if (pasted.length === 0) return;
            event.preventDefault();
            uploads.add(pasted);
          }}
        />
        <UploadList uploads={uploads} />
        <div class="row">
          <FileInput onPick={uploads.add} />
          <span class="grow" />
          <button type="submit" class="button primary" disabled={!isReady}>
            {t('publish')}
          </button>
        </div>
      </div>
    </form>
  );
}
