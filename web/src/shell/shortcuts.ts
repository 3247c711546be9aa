/** Keys that work everywhere. */

import { isStaff } from '../community.ts';
import { client } from '../koine.ts';
import { inOrder, pathOfRoom } from '../rooms/names.ts';
import { navigate, path } from '../router.ts';
import { undoLast } from '../ui/toasts.tsx';
import { isDialogOpen, openDialog } from './dialogs.tsx';

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** What has text undoes its own changes. */
const hasText = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== '';

/** After `g`: where to. */
const PLACES: Readonly<Record<string, string>> = {
  f: '/feed',
  l: '/lobby',
  r: '/rooms',
  p: '/people',
  n: '/notifications',
  s: '/settings',
  a: '/admin',
};
/** How long after `g` its second key counts, in ms. */
const PAIR = 1_500;

export function listenToShortcuts(): void {
  let pressedG = 0;
  document.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') {
      event.preventDefault();
      openDialog('switcher');
      return;
    }
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'z' && !hasText(event.target)) {
      if (undoLast()) event.preventDefault();
      return;
    }
    if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      event.preventDefault();
      goToNeighbour(key === 'ArrowDown' ? 1 : -1, event.shiftKey);
      return;
    }
    if (ctrlKey || metaKey || altKey || isWriting(event.target) || isDialogOpen()) return;
    const to = Date.now() - pressedG < PAIR ? PLACES[key] : undefined;
    if (to && (to !== PLACES.a || isStaff(client.state.me))) navigate(to);
    else if (key === '?') openDialog('shortcuts');
    else if (key === '/') focusWriting(event);
    pressedG = key === 'g' ? Date.now() : 0;
  });
}

function focusWriting(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>(
    '.composer textarea, .post-form textarea, main input[type="search"]',
  );
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** To the room before or after this one in the list; with `unread`, to the next one that has something new. */
function goToNeighbour(step: 1 | -1, unread: boolean): void {
  const rooms = inOrder(client.state.rooms);
  const here = rooms.findIndex((room) => path.peek().startsWith(pathOfRoom(room)));
  for (let at = here + step; at >= 0 && at < rooms.length; at += step) {
    const room = rooms[at];
    if (!room || (unread && room.unread === 0)) continue;
    navigate(pathOfRoom(room));
    return;
  }
}
