/** When changes are shown: once a frame, and less often where showing them takes long. */

/** A hidden page has no frames. In ms. */
const HIDDEN = 50;
/** Work that takes less than that in ms needs no rest. */
const QUICK = 8;
/** The rest after what takes longer, as a multiple of it: input finds the page idle for most of the time. */
const REST = 3;
const MOST_REST = 500;

/** @returns a function that runs its argument soon */
export function createPace(): (show: () => void) => void {
  let restsUntil = 0;

  function showNow(show: () => void): void {
    const began = performance.now();
    show();
    // After the frame: components render and are laid out after `show`.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      const took = now - began;
      if (took > QUICK) restsUntil = now + Math.min(MOST_REST, took * REST);
      port1.close();
    };
    port2.postMessage(null);
  }

  return (show) => {
    const rest = restsUntil - performance.now();
    const frame = () => requestAnimationFrame(() => showNow(show));
    if (document.hidden) setTimeout(show, HIDDEN);
    else if (rest > 0) setTimeout(frame, rest);
    else frame();
  };
}
