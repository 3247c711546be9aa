import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, IconButton } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import { placeBeside } from './place.ts';

export type MenuItem = {
  readonly icon: IconName;
  readonly text: string;
  readonly onSelect: () => void;
  readonly danger?: boolean;
};

type Props = {
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly (MenuItem | null)[];
  readonly class?: string;
};

/** A button with a menu, by the ARIA menu button pattern. */
export function MenuButton({ label, icon, items, class: extra }: Props) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const close = () => {
    setOpen(false);
    place.current?.querySelector('button')?.focus();
  };
  return (
    <span ref={place}>
      <IconButton
        icon={icon}
        label={label}
        expanded={open}
        onClick={() => setOpen(!open)}
        {...(extra ? { class: extra } : {})}
      />
      {open && (
        <Popover anchor={() => place.current} onClose={() => setOpen(false)} role="menu" label={label}>
          {items
            .filter((item) => item !== null)
            .map(({ icon: sign, text, onSelect, danger }) => (
              <button
                key={text}
                type="button"
                role="menuitem"
                class={danger ? 'menu-item danger' : 'menu-item'}
                onClick={() => {
                  close();
                  onSelect();
                }}
              >
                <Icon name={sign} />
                <span class="text">{text}</span>
              </button>
            ))}
        </Popover>
      )}
    </span>
  );
}

type PopoverProps = {
  readonly anchor: () => Element | null;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly role: 'menu' | 'dialog';
  readonly label: string;
  readonly class?: string;
};

/** A light surface beside its anchor, in the top layer. Arrow keys move in it, Escape and a press outside close it. */
export function Popover({ anchor, onClose, children, role, label, class: extra }: PopoverProps) {
  const surface = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = surface;
    if (!current) return;
    const before = document.activeElement as HTMLElement | null;
    current.showPopover();
    placeBeside(current, anchor());
    current.querySelector<HTMLElement>('[data-autofocus], button, input, a')?.focus();
    return () => {
      if (current.contains(document.activeElement)) before?.focus?.();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (role === 'menu') moveFocus(event, surface.current);
  };
  return (
    <div
      ref={surface}
      popover="auto"
      role={role}
      aria-label={label}
      class={extra ? `menu ${extra}` : 'menu'}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
    >
      {children}
    </div>
  );
}

function moveFocus(event: KeyboardEvent, within: Element | null): void {
  const items = [...(within?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
