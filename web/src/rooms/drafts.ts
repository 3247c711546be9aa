/** What is being written, by room: kept over reloads, in this browser only. */
import { signal } from '@preact/signals';
import { recall, remember } from '../preferences.ts';

/** Changes with every draft. */
export const drafts = signal(1);

const nameOf = (room: string): string => `draft.${room}`;

export const recallDraft = (room: string): string => recall(nameOf(room)) ?? '';

export function rememberDraft(room: string, text: string): void {
  if (recallDraft(room) === text) return;
  remember(nameOf(room), text === '' ? null : text);
  drafts.value += 1;
}
