import { ICON_PATHS, type IconName } from './icon-paths.ts';

type Props = { readonly name: IconName; readonly class?: string };

/** Decorative: what it stands for is said by the text or label beside it. */
export function Icon({ name, class: extra }: Props) {
  return (
    <svg class={extra ? `icon ${extra}` : 'icon'} aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  );
}

/** The shapes of all icons, once in the page. */
export function IconSprite() {
  return (
    <svg hidden aria-hidden="true">
      {Object.entries(ICON_PATHS).map(([name, shape]) => (
        <symbol key={name} id={`icon-${name}`} viewBox="0 0 24 24">
          <path d={shape} />
        </symbol>
      ))}
    </svg>
  );
}

type ButtonProps = {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick?: (event: MouseEvent) => void;
  readonly class?: string;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  readonly type?: 'button' | 'submit';
  readonly iconClass?: string;
};

export function IconButton({
  icon,
  label,
  class: extra,
  pressed,
  expanded,
  type = 'button',
  iconClass,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      class={extra ? `icon-button ${extra}` : 'icon-button'}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      {...rest}
    >
      <Icon name={icon} {...(iconClass ? { class: iconClass } : {})} />
    </button>
  );
}
