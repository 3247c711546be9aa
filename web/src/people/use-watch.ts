import { useEffect } from 'preact/hooks';
import { client } from '../koine.ts';

/** Keeps the presence and looks of these people up to date while they are shown. */
export function useWatch(people: readonly string[]): void {
  const ids = [...new Set(people)].sort().join(' ');
  useEffect(() => (ids === '' ? undefined : client.watch(ids.split(' '))), [ids]);
}
