import { Component, type ComponentChildren, createRef } from 'preact';

/** The key of the line above what is new. */
export const UNREAD = 'unread';

/** A row, and where in the window it is to be. */
export type Wanted = { readonly key: string; readonly place: 'start' | 'center' };

type Props = {
  /** Filled with the component: Preact gives references to elements only. */
  readonly handle: { current: AnchoredScroll | null };
  readonly label: string;
  readonly children: ComponentChildren;
  /** The place to go to as soon as it is there; then it is emptied. */
  readonly wanted: { current: Wanted | null };
  /** Whether the content ends with the newest there is, which then stays in view. */
  readonly followsEnd: boolean;
  readonly onNearStart: () => void;
  readonly onNearEnd: () => void;
  /** Whether the reader sees the end. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
};

type Anchor = { readonly key: string; readonly top: number };

/** Pixels above a row that is wanted at the start of the window. */
const ABOVE = 64;
/** Pixels from the end that count as being there. */
const AT_END = 48;
/** Further content is asked for when this many windows of it remain. */
const AHEAD = 1.5;

/**
 * A scroller whose content may grow and shrink at both ends: what the reader looks at stays where it is. Its rows carry
 * `data-key`.
 */
export class AnchoredScroll extends Component<Props> {
  readonly #scroller = createRef<HTMLElement>();
  readonly #content = createRef<HTMLDivElement>();
  #isAtEnd = true;
  #observer: ResizeObserver | null = null;

  override componentDidMount(): void {
    this.props.handle.current = this;
    this.#observer = new ResizeObserver(() => this.#followEnd());
    if (this.#content.current) this.#observer.observe(this.#content.current);
    if (this.#scroller.current) this.#observer.observe(this.#scroller.current);
    if (!this.reach()) this.#followEnd();
    this.#askForMore();
  }

  override componentWillUnmount(): void {
    this.props.handle.current = null;
    this.#observer?.disconnect();
  }

  override getSnapshotBeforeUpdate(): Anchor | null {
    return this.#isAtEnd && this.props.followsEnd ? null : this.#anchor();
  }

  override componentDidUpdate(_props: Props, _state: unknown, anchor: Anchor | null): void {
    const scroller = this.#scroller.current;
    if (!scroller) return;
    if (this.reach()) return;
    if (anchor === null) this.#followEnd();
    else {
      const row = this.#row(anchor.key);
      if (row) scroller.scrollTop += this.#topOf(row) - anchor.top;
    }
    this.#askForMore();
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  toEnd(): void {
    this.#isAtEnd = true;
    this.#followEnd();
    this.props.onAtEnd(true);
  }

  /** @returns whether a row was wanted and is there */
  reach(): boolean {
    const { wanted } = this.props;
    const scroller = this.#scroller.current;
    const row = wanted.current && this.#row(wanted.current.key);
    if (!scroller || !wanted.current) return false;
    if (!row) {
      // The line is in the first page that is shown, or there is none.
      if (wanted.current.key === UNREAD) wanted.current = null;
      return false;
    }
    const room = wanted.current.place === 'start' ? ABOVE : (scroller.clientHeight - row.offsetHeight) / 2;
    wanted.current = null;
    scroller.scrollTop += this.#topOf(row) - room;
    this.#onScroll();
    return true;
  }

  page(direction: 1 | -1): void {
    const scroller = this.#scroller.current;
    scroller?.scrollBy({ top: direction * scroller.clientHeight * 0.85 });
  }

  #row(key: string): HTMLElement | null {
    return this.#content.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
  }

  #topOf(row: HTMLElement): number {
    return row.getBoundingClientRect().top - (this.#scroller.current?.getBoundingClientRect().top ?? 0);
  }

  /** The first row that is in view, found by halving. */
  #anchor(): Anchor | null {
    const rows = [...(this.#content.current?.querySelectorAll<HTMLElement>('[data-key^="m"]') ?? [])];
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle] as HTMLElement;
      if (this.#topOf(row) + row.offsetHeight > 0) high = middle;
      else low = middle + 1;
    }
    const row = rows[low];
    return row ? { key: row.dataset.key as string, top: this.#topOf(row) } : null;
  }

  #followEnd(): void {
    const scroller = this.#scroller.current;
    if (scroller && this.#isAtEnd && this.props.followsEnd && !this.props.wanted.current)
      scroller.scrollTop = scroller.scrollHeight;
  }

  #onScroll = (): void => {
    const scroller = this.#scroller.current;
    if (!scroller) return;
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < AT_END;
    if (isAtEnd !== this.#isAtEnd) {
      this.#isAtEnd = isAtEnd;
      this.props.onAtEnd(isAtEnd);
    }
    this.#askForMore();
  };

  #askForMore(): void {
    const scroller = this.#scroller.current;
    if (!scroller) return;
    const ahead = AHEAD * scroller.clientHeight;
    if (scroller.scrollTop < ahead) this.props.onNearStart();
    if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < ahead) this.props.onNearEnd();
  }

  override render({ label, children }: Props) {
    return (
      <section
        class="timeline"
        ref={this.#scroller}
        onScroll={this.#onScroll}
        aria-label={label}
        onKeyDown={moveBetweenRows}
      >
        <div class="content" ref={this.#content}>
          {children}
        </div>
      </section>
    );
  }
}

/** Arrow keys go from row to row. */
function moveBetweenRows(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[data-key][tabindex]')];
  const at = rows.indexOf(event.target as HTMLElement);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.altKey || event.ctrlKey) return;
  event.preventDefault();
  rows[to]?.focus();
}
