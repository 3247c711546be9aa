/** Keys that work everywhere. */

import { isStaff } from '../community.ts';
import { client } from '../koine.ts';
import { inOrder, pathOfRoom } from '../rooms/names.ts';
import { navigate, path } from '../router.ts';
import { undoLast } from '../ui/toasts.tsx';
import { isDialogOpen, openDialog } from './dialogs.tsx';
import { letterOf } from './keys.ts';

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** A field with text undoes its own changes. */
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
    const { ctrlKey, metaKey, altKey } = event;
    const key = letterOf(event);
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
    else if (key === 'j' || key === 'k') focusItem(key === 'j' ? 1 : -1);
    else if (key === 'l') pressInPost('.like');
    else if (key === 'Enter') pressInPost('.comments');
    pressedG = key === 'g' ? Date.now() : 0;
  });
}

/** To the item of a list after or before the one that has the focus. */
function focusItem(step: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('main :is(.post[tabindex], .notification)')];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[at < 0 && step < 0 ? items.length - 1 : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** A button of the post that has the focus. */
function pressInPost(button: string): void {
  document.querySelector<HTMLElement>(`.post:focus ${button}`)?.click();
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
