/**
 * Runs in the page before its scripts have come. A signed-in visitor needs certain answers of the server first: they are
 * asked for now, and so are the scripts and styles that the address needs besides the first ones.
 */
{
  const recall = (name) => {
    try {
      return localStorage.getItem(`koine.${name}`);
    } catch {
      return null;
    }
  };
  const { session, lobby, locale } = { session: recall('session'), lobby: recall('lobby'), locale: recall('locale') };
  const [, screen = '', room] = /^\/app\/([^/]*)\/?([^/]*)/.exec(location.pathname) ?? [];

  const early = new Map();
  globalThis.koineEarly = early;
  const ask = (path) => {
    const answer = fetch(path, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(30_000) });
    // The client hears of a failure when it takes the answer.
    answer.catch(() => {});
    early.set(path, answer);
  };
  const askForRoom = (id) => id && ask(`/v1/rooms/${id}/messages?limit=50`);

  if (session === 'new') {
    ask('/v1/sync?rooms=30');
    if (screen === 'lobby' && !room) askForRoom(lobby);
    else if (screen === 'rooms') askForRoom(room);
    else if (screen === '' || screen === 'feed') ask('/v1/posts?from=all');
  } else if (session !== null) ask('/v1/me');

  /** By the name of a part: its files. Filled in by the build. */
  const FILES = __FILES__;
  const first = screen.replace(/^@.*/, '@');
  const parts = session === null ? [first in FILES ? first : 'sign-in', locale] : ['in', first, locale];
  for (const file of parts.flatMap((name) => FILES[name] ?? [])) {
    const link = document.createElement('link');
    link.rel = file.endsWith('.css') ? 'preload' : 'modulepreload';
    if (link.rel === 'preload') link.as = 'style';
    link.crossOrigin = '';
    link.href = __BASE__ + file;
    document.head.append(link);
  }
}
