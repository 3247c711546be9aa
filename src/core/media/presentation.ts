/** How the bytes of a file are served: what a browser shows in place, and what it only saves. */
import { blobType, isPicture, type Presentation } from '../../store/blobs.ts';
import type { File } from '../model.ts';
import { isPlayed, UNKNOWN_TYPE } from './file-types.ts';

/** All types that files are served with. */
export const SERVED_TYPES = [
  ...['image/jpeg', 'image/png', 'image/webp'],
  ...['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime'],
  ...['audio/mp4', 'audio/webm', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/aac', 'audio/mpeg'],
  UNKNOWN_TYPE,
] as const;

/** Pictures (which were made here), films and sounds are shown; of everything else a browser learns no type. `key`: of the file or its preview. */
export function presentationOf({ name, type }: Pick<File, 'name' | 'type'>, key: string): Presentation {
  if (isPicture(key)) return { type: blobType(key) as string, disposition: disposition('inline', name) };
  if (isPlayed(type)) return { type, disposition: disposition('inline', name) };
  return { type: UNKNOWN_TYPE, disposition: disposition('attachment', name) };
}

/** RFC 6266: the name for all, and as it is for those who know RFC 8187. */
function disposition(kind: 'inline' | 'attachment', name: string | null): string {
  if (name === null) return kind;
  const plain = name.replace(/[^\x20-\x7E]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
