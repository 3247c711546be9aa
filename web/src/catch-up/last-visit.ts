/** The time of the reader's last visit, kept by this browser. */
import { recall, remember } from '../preferences.ts';

const NAME = 'left';
/** Ms. A reader away for less has missed little. */
const LONG = 3_600_000;

const left = recall(NAME);

/** ISO 8601; null: not long ago, or never. */
export const awaySince: string | null = left !== null && Date.now() - Date.parse(left) > LONG ? left : null;

export function rememberVisit(): void {
  const note = () => remember(NAME, new Date().toISOString());
  addEventListener('pagehide', note);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && note());
}
