/** Uploads that were begun in this browser, by their files: whoever chooses the same file again after a reload goes on with its upload. */
import { recall, remember } from '../preferences.ts';

const NAME = 'uploads';
/** The server forgets an upload a day after its last part. In ms. */
const KEPT = 20 * 3_600_000;
const MOST = 20;

type Begun = { readonly of: string; readonly id: string; readonly at: number };

const fingerprint = ({ name, size, lastModified }: File): string => `${size} ${lastModified} ${name}`;

function all(): Begun[] {
  return (JSON.parse(recall(NAME) ?? '[]') as Begun[]).filter(({ at }) => Date.now() - at < KEPT);
}

function keep(uploads: readonly Begun[]): void {
  remember(NAME, uploads.length === 0 ? null : JSON.stringify(uploads.slice(-MOST)));
}

export function begunUpload(file: File): string | null {
  return all().find(({ of }) => of === fingerprint(file))?.id ?? null;
}

export function forgetUpload(file: File): void {
  keep(all().filter(({ of }) => of !== fingerprint(file)));
}

export function rememberUpload(file: File, id: string): void {
  const of = fingerprint(file);
  keep([...all().filter((one) => one.of !== of), { of, id, at: Date.now() }]);
}
