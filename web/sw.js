/**
 * The service worker. It keeps the files of one version of the client, and answers addresses of the client with its page
 * when the network does not. Everything of the API passes by it untouched. It shows what is pushed.
 */
const VERSION = '__VERSION__';
const FILES = __FILES__;
/** Of notifications, by language. */
const WORDS = __WORDS__;
const PAGE = '/app/';
/** An answer to a file's request is also good for a picture, whose `Accept` is another. */
const KEPT = { ignoreVary: true };

/** In browsers with static routing, files come without the worker, and the page from the network while the worker starts. */
const ROUTES = [
  { condition: { urlPattern: '/app/assets/*' }, source: 'cache' },
  { condition: { urlPattern: '/app/*', requestMode: 'navigate' }, source: 'race-network-and-fetch-handler' },
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll([PAGE, ...FILES])));
  event.addRoutes?.(ROUTES).catch(() => {});
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** The page asks for it when its reader wants the new version. */
self.addEventListener('message', ({ data }) => {
  if (data === 'take-over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith('/app/')) return;
  if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match(PAGE, KEPT)));
  else event.respondWith(caches.match(request, KEPT).then((known) => known ?? fetch(request)));
});

self.addEventListener('push', (event) => {
  const message = event.data?.json();
  if (message) event.waitUntil(Promise.all([show(message), self.navigator.setAppBadge?.()]));
});

/** A notification of the same tag is replaced, and heard again. */
function show({ kind, tag, path, actor, room, post, text, at, language }) {
  const words = WORDS[language ?? self.navigator.language.slice(0, 2)] ?? WORDS.en;
  const says = text === '' ? words.file : (text ?? words.unseen);
  const isGroup = room?.kind === 'group' || room?.kind === 'lobby';
  const title =
    kind === 'message' ? (isGroup && room.title) || actor.name : words[kind].replace('{name}', () => actor.name);
  const body = text === undefined && kind !== 'message' ? (room?.title ?? post?.title ?? '') : says;
  return self.registration.showNotification(title, {
    body: kind === 'message' && isGroup ? `${actor.name}: ${body}` : body,
    tag,
    renotify: true,
    timestamp: at,
    icon: actor.picture ?? `${PAGE}icon.svg`,
    data: { path },
  });
}

/** In a window that is open, or a new one. */
self.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  const { path } = notification.data;
  notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then(async ([window]) => {
      if (!window) return self.clients.openWindow(PAGE + path);
      await window.focus().catch(() => {});
      window.postMessage({ open: `/${path}` });
    }),
  );
});
