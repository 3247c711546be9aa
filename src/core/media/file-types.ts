/** The media type of a file that is no picture: by its content where a browser may play it, else as its sender says, if that is harmless. */
import { open } from 'node:fs/promises';

export const UNKNOWN_TYPE = 'application/octet-stream';

/** Bytes: the start of an Ogg page with the header of its first stream. */
const HEAD = 64;
/** Brands of MP4 (ISO base media) that browsers play. */
const FILM_BRANDS = /^(isom|iso[2-9]|mp4[12]|avc1|M4V |dash|MSNV)/;

/** None of them is active in a browser, whatever the content is. */
const HARMLESS =
  /^(text\/(plain|csv|markdown)|application\/(pdf|json|zip|gzip|msword|epub\+zip|x-7z-compressed|x-tar|vnd\.[a-z0-9.+-]+))$/;
/** Characters of a media type. */
const TYPE_MAX = 100;

/** @param declared the type that the sender gave, in any form */
export async function fileType(path: string, declared = ''): Promise<string> {
  const given =
    declared
      .slice(0, 2 * TYPE_MAX)
      .split(';', 1)[0]
      ?.trim()
      .toLowerCase() ?? '';
  const played = playedType(await headOf(path), given.startsWith('audio/'));
  if (played !== null) return played;
  return given.length <= TYPE_MAX && HARMLESS.test(given) ? given : UNKNOWN_TYPE;
}

export function isFilm(type: string): boolean {
  return type.startsWith('video/');
}

/** Whether browsers play it. */
export function isPlayed(type: string): boolean {
  return isFilm(type) || type.startsWith('audio/');
}

/** `isSound`: what a container that may hold either is said to hold. */
function playedType(head: string, isSound: boolean): string | null {
  const either = (format: string) => `${isSound ? 'audio' : 'video'}/${format}`;
  if (head.slice(4, 8) === 'ftyp') {
    const brand = head.slice(8, 12);
    if (/^M4[AB] /.test(brand)) return 'audio/mp4';
    if (brand === 'qt  ') return 'video/quicktime';
    return FILM_BRANDS.test(brand) ? either('mp4') : null;
  }
  if (head.startsWith('\x1A\x45\xDF\xA3')) return head.includes('webm') ? either('webm') : null;
  if (head.startsWith('OggS')) return head.includes('\x80theora') ? 'video/ogg' : 'audio/ogg';
  if (/^RIFF.{4}WAVE/s.test(head)) return 'audio/wav';
  if (head.startsWith('fLaC')) return 'audio/flac';
  if (/^\xFF[\xF1\xF9]/.test(head)) return 'audio/aac';
  return head.startsWith('ID3') || /^\xFF[\xFB\xF3\xF2\xFA]/.test(head) ? 'audio/mpeg' : null;
}

async function headOf(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
