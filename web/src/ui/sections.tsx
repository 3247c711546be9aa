import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { href } from '../router.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import { useTitle } from './use-title.ts';

/** A part of a screen, with an address of its own. */
export type Section = { readonly to: string; readonly icon: IconName; readonly text: string };

type Props = {
  readonly title: string;
  readonly sections: readonly Section[];
  /** The address of the one that is shown. */
  readonly current: string;
  readonly children: ComponentChildren;
};

/** A screen of several sections, one of which is shown beside the list of them. */
export function SectionedScreen({ title, sections, current, children }: Props) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow screen the row of sections is scrolled.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  useTitle(title);
  return (
    <>
      <header class="bar">
        <h1 class="titles">{title}</h1>
      </header>
      <div class="page">
        <div class="column settings">
          <nav class="sections" aria-label={title} ref={nav}>
            {sections.map(({ to, icon, text }) => (
              <a key={to} class="nav-link" href={href(to)} aria-current={to === current ? 'page' : undefined}>
                <Icon name={icon} />
                {text}
              </a>
            ))}
          </nav>
          <div class="section">{children}</div>
        </div>
      </div>
    </>
  );
}
