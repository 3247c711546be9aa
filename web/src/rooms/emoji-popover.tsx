import '../styles/emoji-picker.css';
import { type ComponentChildren, Fragment } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { late } from '../ui/late.tsx';
import { Popover } from '../ui/menu.tsx';

const EmojiPicker = late(async () => (await import('./emoji-picker.tsx')).EmojiPicker);

type Toggle = { readonly label: string; readonly expanded: boolean; readonly onClick: () => void };

type Props = {
  readonly label: string;
  readonly onPick: (emoji: string) => void;
  /** The button that opens it. */
  readonly children: (toggle: Toggle) => ComponentChildren;
};

/** A button, and the emoji to choose from beside it. */
export function EmojiPopover({ label, onPick, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  return (
    <Fragment>
      <span ref={place}>{children({ label, expanded: isOpen, onClick: () => setOpen(!isOpen) })}</span>
      {isOpen && (
        <Popover
          anchor={() => place.current}
          onClose={() => setOpen(false)}
          role="dialog"
          label={label}
          class="emoji-picker"
        >
          <EmojiPicker
            onPick={(emoji) => {
              setOpen(false);
              onPick(emoji);
            }}
          />
        </Popover>
      )}
    </Fragment>
  );
}
