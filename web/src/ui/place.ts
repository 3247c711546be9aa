const GAP = 4;
const EDGE = 8;

/** Puts a fixed surface below its anchor, or above it where there is no room, and inside the window. */
export function placeBeside(surface: HTMLElement, anchor: Element | null): void {
  if (!anchor) return;
  // An inline wrapper has no box of its own.
  const box = (anchor.firstElementChild ?? anchor).getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = surface;
  const below = box.bottom + GAP;
  const above = box.top - GAP - height;
  const top = below + height <= innerHeight - EDGE || (above < EDGE && box.top < innerHeight / 2) ? below : above;
  const atEnd = box.left + width > innerWidth - EDGE;
  const left = atEnd ? box.right - width : box.left;
  surface.style.setProperty('inset', 'auto');
  surface.style.setProperty('top', `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`);
  surface.style.setProperty('left', `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
}
