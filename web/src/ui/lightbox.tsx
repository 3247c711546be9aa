import '../styles/lightbox.css';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { IconButton } from './icon.tsx';
import { shownPictures } from './pictures.tsx';

/** A swipe is at least this long, in px. */
const SWIPE = 48;

/** Pictures over the whole window: arrow keys and swipes turn, Escape and a press beside close. */
export function Lightbox() {
  const shown = shownPictures.value;
  return shown && <Open {...shown} />;
}

function close(): void {
  shownPictures.value = null;
}

function turn(by: number): void {
  const shown = shownPictures.peek();
  if (!shown) return;
  const at = shown.at + by;
  if (at >= 0 && at < shown.pictures.length) shownPictures.value = { ...shown, at };
}

function Open({ pictures, at }: NonNullable<typeof shownPictures.value>) {
  const dialog = useRef<HTMLDialogElement>(null);
  const from = useRef(0);
  useEffect(() => dialog.current?.showModal(), []);
  const picture = pictures[at];
  // The platform gives the focus back.
  const end = () => dialog.current?.close();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') turn(-1);
    if (event.key === 'ArrowRight') turn(1);
  };
  const onPointerUp = (event: PointerEvent) => {
    const way = event.clientX - from.current;
    if (Math.abs(way) > SWIPE) turn(way < 0 ? 1 : -1);
  };
  if (!picture) return null;
  return (
    <dialog
      ref={dialog}
      class="lightbox"
      aria-label={t('picture')}
      onClose={close}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        from.current = event.clientX;
      }}
      onPointerUp={onPointerUp}
      onClick={(event) => {
        if (event.target === dialog.current) end();
      }}
    >
      <img
        src={picture.url}
        alt={picture.alt || t('picture')}
        width={picture.width}
        height={picture.height}
        draggable={false}
      />
      {picture.alt && (
        <p class="words" dir="auto" aria-hidden="true">
          {picture.alt}
        </p>
      )}
      <IconButton class="close" icon="x" label={t('close')} onClick={end} />
      {at > 0 && <IconButton class="before" icon="chevron-left" label={t('previous')} onClick={() => turn(-1)} />}
      {at < pictures.length - 1 && (
        <IconButton class="after" icon="chevron-right" label={t('next')} onClick={() => turn(1)} />
      )}
    </dialog>
  );
}
