/** The actions on a message. */
import type { Me, MessageState, Outgoing } from '@koine/client';
import { isAdmin, isStaff } from '../community.ts';
import { t } from '../i18n/i18n.ts';
import { attempt, client } from '../koine.ts';
import { reportItem } from '../moderation/report-item.ts';
import { href } from '../router.ts';
import { openDialog } from '../shell/dialogs.tsx';
import { letterOf } from '../shell/keys.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { toast } from '../ui/toasts.tsx';
import { type Place, pathOfRoom } from './names.ts';

export type MessageActions = {
  readonly reply: (message: MessageState) => void;
  readonly edit: (message: MessageState) => void;
  readonly remove: (message: MessageState) => void;
  /** Scrolls to a message of the room. */
  readonly show: (seq: number) => void;
};

export function react(room: string, { seq, reactions }: MessageState, emoji: string): void {
  const isMine = reactions.some((one) => one.emoji === emoji && one.mine);
  void attempt(() => (isMine ? client.messages.unreact(room, seq, emoji) : client.messages.react(room, seq, emoji)));
}

export const retryOutgoing = ({ room, key }: Outgoing): void => client.messages.retry(room, key);
export const discardOutgoing = ({ room, key }: Outgoing): void => void client.messages.discard(room, key);

export async function copy(text: string): Promise<void> {
  if (await attempt(() => navigator.clipboard.writeText(text))) toast(t('copied'));
}

export const linkTo = (to: string): string => new URL(href(to), location.origin).href;

const canModerate = (room: Place, me: Me | null): boolean =>
  isStaff(me) || room.myRole === 'owner' || room.myRole === 'moderator';

const canRemove = (room: Place, message: MessageState, me: Me | null): boolean =>
  message.author === me?.id || canModerate(room, me);

/** Keys on a message that has the focus. */
export function actByKey(
  event: KeyboardEvent,
  room: Place,
  message: MessageState,
  me: Me | null,
  { reply, edit, remove }: MessageActions,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || message.deletedAt) return;
  const key = letterOf(event);
  if (key === 'r') reply(message);
  else if (key === 'e' && message.author === me?.id) edit(message);
  else if (key === 'Delete' && canRemove(room, message, me)) remove(message);
  else return;
  event.preventDefault();
}

export function messageMenu(
  room: Place,
  message: MessageState,
  me: Me | null,
  { edit, remove }: MessageActions,
): (MenuItem | null)[] {
  const isMine = message.author === me?.id;
  const { seq, pinned } = message;
  const tellsReaders = isMine && room.id in client.state.readers && room.membersCount > 1;
  const mayPin = room.kind === 'direct' || isAdmin(me) || room.myRole === 'owner' || room.myRole === 'moderator';
  const togglePin = () =>
    void attempt(() => (pinned ? client.messages.unpin(room.id, seq) : client.messages.pin(room.id, seq)));
  return [
    isMine ? { icon: 'pencil', text: t('edit'), onSelect: () => edit(message) } : null,
    { icon: 'copy', text: t('copyText'), onSelect: () => void copy(message.body) },
    { icon: 'link', text: t('copyLink'), onSelect: () => void copy(linkTo(`${pathOfRoom(room)}/${seq}`)) },
    tellsReaders
      ? { icon: 'check-check', text: t('whoRead'), onSelect: () => openDialog('readers', { room: room.id, seq }) }
      : null,
    mayPin ? { icon: pinned ? 'pin-off' : 'pin', text: t(pinned ? 'unpin' : 'pin'), onSelect: togglePin } : null,
    canRemove(room, message, me)
      ? { icon: 'trash-2', text: t('delete'), onSelect: () => remove(message), danger: true }
      : null,
    reportItem({ kind: 'message', room: room.id, seq }, message.author),
  ];
}
