/** The dialog that is open, if any: one at a time, opened from anywhere. */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { loadLateTexts } from '../i18n/i18n.ts';
import type { Appealed } from '../moderation/appeal-dialog.tsx';
import type { Judged } from '../moderation/person-dialog.tsx';
import type { Reported } from '../moderation/report-dialog.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { DialogActions } from '../ui/dialog-actions.tsx';

export type Confirm = {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly run: () => void;
};

export type Describe = {
  /** The address of the picture. */
  readonly preview: string;
  readonly alt: string;
  /** @returns whether it is saved */
  readonly onSave: (alt: string) => Promise<boolean>;
};

/** The dialogs, and the data that each is opened with. */
type Dialogs = {
  readonly switcher: undefined;
  readonly shortcuts: undefined;
  readonly newRoom: undefined;
  readonly confirm: Confirm;
  readonly describe: Describe;
  readonly room: { readonly room: string };
  readonly invite: { readonly room: string };
  readonly hooks: { readonly room: string };
  readonly pins: { readonly room: string };
  readonly readers: { readonly room: string; readonly seq: number };
  readonly date: { readonly room: string; readonly day?: number };
  readonly likes: { readonly post: string };
  readonly report: Reported;
  readonly appeal: Appealed;
  readonly person: Judged;
  readonly raid: { readonly code: string };
};
type Name = keyof Dialogs;

export type DialogProps<Data> = { readonly data: Data; readonly onClose: () => void };

const open = signal<{ readonly name: Name; readonly data: unknown } | null>(null);

export function openDialog<Wanted extends Name>(
  name: Wanted,
  ...data: Dialogs[Wanted] extends undefined ? [] : [Dialogs[Wanted]]
): void {
  open.value = { name, data: data[0] };
}

export const closeDialog = (): void => {
  open.value = null;
};

export const isDialogOpen = (): boolean => open.peek() !== null;

type Loaders = { readonly [Wanted in Name]: () => Promise<ComponentType<DialogProps<Dialogs[Wanted]>>> };

/** Loaded when they are first opened. */
const LOADERS: Loaders = {
  switcher: async () => (await import('./switcher.tsx')).Switcher,
  shortcuts: async () => (await import('./shortcuts-dialog.tsx')).ShortcutsDialog,
  newRoom: async () => (await import('../rooms/new-room-dialog.tsx')).NewRoomDialog,
  confirm: async () => ConfirmDialog,
  describe: async () => (await import('../ui/describe-dialog.tsx')).DescribeDialog,
  room: async () => (await import('../rooms/room-dialog.tsx')).RoomDialog,
  invite: async () => (await import('../rooms/invite-dialog.tsx')).InviteDialog,
  hooks: async () => (await import('../rooms/hooks-dialog.tsx')).HooksDialog,
  pins: async () => (await import('../rooms/pins-dialog.tsx')).PinsDialog,
  readers: async () => (await import('../rooms/readers-dialog.tsx')).ReadersDialog,
  date: async () => (await import('../rooms/date-dialog.tsx')).DateDialog,
  likes: async () => (await import('../feed/likes-dialog.tsx')).LikesDialog,
  report: async () => (await import('../moderation/report-dialog.tsx')).ReportDialog,
  appeal: async () => (await import('../moderation/appeal-dialog.tsx')).AppealDialog,
  person: async () => (await import('../moderation/person-dialog.tsx')).PersonDialog,
  raid: async () => (await import('../moderation/raid-dialog.tsx')).RaidDialog,
};

export function OpenDialog() {
  const now = open.value;
  const [loaded, setLoaded] = useState<{ name: Name; Content: ComponentType<DialogProps<never>> } | null>(null);
  useEffect(() => {
    if (!now) return;
    void Promise.all([LOADERS[now.name](), loadLateTexts()]).then(([Content]) =>
      setLoaded({ name: now.name, Content: Content as ComponentType<DialogProps<never>> }),
    );
  }, [now?.name]);
  if (!now || loaded?.name !== now.name) return null;
  return <loaded.Content data={now.data as never} onClose={closeDialog} />;
}

export function ConfirmDialog({ data: { title, text, action, run }, onClose }: DialogProps<Confirm>) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="body">
        <p>{text}</p>
        <DialogActions
          action={action}
          onCancel={onClose}
          onAct={() => {
            onClose();
            run();
          }}
          danger
        />
      </div>
    </Dialog>
  );
}
