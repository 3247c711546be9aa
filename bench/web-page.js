// Runs in every page of the web suite before the page's own scripts: when something is painted, and how smoothly.
{
  /** Resolves after the frame that shows what is in the document now. */
  const painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      }),
    );

  /** Resolves when the condition holds, which only a change of the document can bring about. */
  const changed = (condition) =>
    new Promise((resolve) => {
      if (condition()) return resolve();
      const observer = new MutationObserver(() => {
        if (!condition()) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    });

  globalThis.bench = {
    /** @returns ms since the navigation began until an element is painted */
    shown: (selector) => changed(() => document.querySelector(selector) !== null).then(painted),

    /** @returns Unix ms when a message with this text is painted; the newest are looked at */
    said: async (text) => {
      const isThere = () =>
        [...document.querySelectorAll('.message')].slice(-3).some((one) => one.textContent.includes(text));
      await changed(isThere);
      return performance.timeOrigin + (await painted());
    },

    /** Clicks a link. @returns ms until what the selector matches is painted */
    follow: async (link, selector) => {
      const began = performance.now();
      document.querySelector(link).click();
      await changed(() => document.querySelector(selector) !== null);
      return (await painted()) - began;
    },

    /** Unix ms of the newest press of Enter. */
    entered: 0,

    /** @returns frames a second, and the longest time between two, in ms */
    frames: (seconds) =>
      new Promise((resolve) => {
        const began = performance.now();
        let [count, longest, last] = [0, 0, began];
        const tick = (now) => {
          count += 1;
          longest = Math.max(longest, now - last);
          last = now;
          if (now - began < seconds * 1_000) requestAnimationFrame(tick);
          else resolve({ rate: (count * 1_000) / (now - began), longest });
        };
        requestAnimationFrame(tick);
      }),

    /** Durations of keystrokes until the next frame that shows them, in ms. */
    keystrokes: [],
  };

  addEventListener(
    'keydown',
    ({ key, timeStamp }) => {
      if (key === 'Enter') bench.entered = performance.timeOrigin + timeStamp;
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') bench.keystrokes.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
}
