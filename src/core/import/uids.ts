/** The uids of what was imported: those that it had elsewhere where they are UUIDs, else ones that are made of them. */
import { createHash } from 'node:crypto';
import { isUid } from '../text.ts';

export type SourceUid = string | number;
export type UidKind = 'account' | 'post' | 'room';

/** Not a room that may be made, but the one that everybody is in. */
export const LOBBY = 'lobby';

/** The same for the same source, kind and uid. RFC 9562, version 8: the first 122 bits of a SHA-256. */
export function uidOf(source: string, kind: UidKind, uid: SourceUid): string {
  const text = String(uid);
  if (isUid(text)) return text.toLowerCase();
  const bytes = createHash('sha256')
    .update(JSON.stringify([source, kind, text]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Of a room that is referred to. */
export function roomRefOf(source: string, room: SourceUid): string {
  return room === LOBBY ? LOBBY : uidOf(source, 'room', room);
}
