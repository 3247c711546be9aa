import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

type Props = {
  readonly icon: IconName;
  readonly title: string;
  readonly text?: string;
  readonly children?: ComponentChildren;
  /** Whether it is all of its screen. */
  readonly isScreen?: boolean;
};

/** A hint where nothing is yet. */
export function Empty({ icon, title, text, children, isScreen = false }: Props) {
  return (
    <div class="empty">
      <span class="sign">
        <Icon name={icon} class="large" />
      </span>
      {isScreen ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

export function Spinner() {
  return (
    <div class="spinner" role="status" aria-label={t('loading')}>
      <Icon name="loader-circle" />
    </div>
  );
}
