import { Component, type ComponentChild, createElement, type FunctionComponent } from 'preact';

/** Renders again only when a property has changed. */
export function memo<Props extends object>(render: FunctionComponent<Props>): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      return Object.keys({ ...before, ...after }).some((name) => before[name] !== after[name]);
    }

    override render(): ComponentChild {
      return createElement(render, this.props as Props);
    }
  }
  return Memo as unknown as FunctionComponent<Props>;
}
