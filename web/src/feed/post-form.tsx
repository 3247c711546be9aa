import '../styles/post-form.css';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { attempt, client, useKoine } from '../koine.ts';
import { recallDraft, rememberDraft } from '../rooms/drafts.ts';
import { nameOf } from '../rooms/names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { PictureInput } from '../ui/picture-input.tsx';
import { toast } from '../ui/toasts.tsx';
import { UploadList } from '../ui/upload-list.tsx';
import { type Picture, picturesOf, useUploads } from '../ui/uploads.ts';

const DRAFT = 'post';
const MOST_PICTURES = 10;

/** Writes a post; pictures are chosen, pasted or dropped. */
export function PostForm() {
  const me = useKoine((state) => state.me);
  const [body, setBody] = useState(recallDraft(DRAFT));
  const area = useRef<HTMLTextAreaElement>(null);
  const pictures = useUploads(MOST_PICTURES, DRAFT);
  const write = (text: string) => {
    setBody(text);
    rememberDraft(DRAFT, text);
  };
  const isReady = (body.trim() !== '' || pictures.files.length > 0) && !pictures.isBusy;

  function publish(event: Event): void {
    event.preventDefault();
    if (!isReady) return;
    const written = { body: body.trim(), pictures: pictures.uploads };
    client.feed.publish({ body: written.body, images: pictures.files }).then(
      ({ id }) => toast(t('published'), { text: t('undo'), isUndo: true, run: () => void undo(id, written) }),
      // The post says so itself.
      () => {},
    );
    write('');
    pictures.clear();
  }

  /** The post goes, and what it said is in the form again. */
  async function undo(id: string, written: { readonly body: string; readonly pictures: readonly Picture[] }) {
    if (!(await attempt(() => client.feed.remove(id)))) return;
    const begun = recallDraft(DRAFT);
    write(begun === '' ? written.body : `${written.body}\n\n${begun}`);
    pictures.restore(written.pictures);
    area.current?.focus();
  }

  return (
    <form
      class="post-form"
      onSubmit={publish}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        pictures.add(picturesOf(event.dataTransfer));
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
            const pasted = picturesOf(event.clipboardData);
            if (pasted.length === 0) return;
            event.preventDefault();
            pictures.add(pasted);
          }}
        />
        <UploadList pictures={pictures} />
        <div class="row">
          <PictureInput onPick={pictures.add} />
          <span class="grow" />
          <button type="submit" class="button primary" disabled={!isReady}>
            {t('publish')}
          </button>
        </div>
      </div>
    </form>
  );
}
