/** Unsent texts, by room: kept over reloads, in this browser only. */
import type { File } from '@koine/client';
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

/** The server deletes a picture that nothing shows after a day. In ms. */
const FILES_KEPT = 20 * 3_600_000;

type KeptFiles = { readonly at: number; readonly files: readonly File[] };

const filesOf = (draft: string): string => `${nameOf(draft)}.files`;

/** The pictures of the draft that were uploaded already. */
export function recallDraftFiles(draft: string): readonly File[] {
  const { at, files } = JSON.parse(recall(filesOf(draft)) ?? '{"at":0,"files":[]}') as KeptFiles;
  return Date.now() - at < FILES_KEPT ? files : [];
}

export function rememberDraftFiles(draft: string, files: readonly File[]): void {
  const kept: KeptFiles = { at: Date.now(), files };
  remember(filesOf(draft), files.length === 0 ? null : JSON.stringify(kept));
}
