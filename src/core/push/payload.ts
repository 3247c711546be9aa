/** The payload for a browser: enough to show a notification without asking the server. */
import type { NewsRow } from '../../store/pushes.ts';
import { authorOf } from '../posts/authors.ts';
import { MAX_PAYLOAD } from './encryption.ts';

/** A JSON object. `tag`: the same for all about a room or a post, so that a newer one replaces it. `path`: below the web client. */
export type PushMessage = {
  readonly kind: NewsRow['kind'];
  readonly tag: string;
  readonly path: string;
  readonly actor: { readonly id: string; readonly name: string; readonly picture?: string };
  readonly room?: { readonly id: string; readonly kind: 'lobby' | 'direct' | 'group'; readonly title: string | null };
  readonly post?: { readonly id: string; readonly title: string | null };
  /** The beginning of it; absent where the account wants no text in pushes. Empty: files only. */
  readonly text?: string;
  /** Unix ms. */
  readonly at: number;
  readonly language: string | null;
};

export type PayloadOptions = {
  readonly withText: boolean;
  readonly language: string | null;
  readonly pictureUrl: (key: string) => string;
};

export function tagOf({ room_id, uid }: Pick<NewsRow, 'room_id' | 'uid'>): string {
  return room_id === null ? `post:${uid}` : `room:${uid}`;
}

export function payloadOf(news: NewsRow, { withText, language, pictureUrl }: PayloadOptions): Buffer {
  const { kind, uid, room_kind: roomKind, title, seq } = news;
  const { uid: id, username, name, avatarKey } = authorOf(news);
  const message: PushMessage = {
    kind,
    tag: tagOf(news),
    path: roomKind === null ? `posts/${uid}` : `rooms/${uid}/${seq}`,
    actor: { id, name: name ?? username, ...(avatarKey !== null && { picture: pictureUrl(avatarKey) }) },
    ...(roomKind === null ? { post: { id: uid, title } } : { room: { id: uid, kind: roomKind, title } }),
    ...(withText && { text: news.excerpt }),
    at: news.created_at,
    language,
  };
  return fitted(message);
}

/** The names are bounded; the text goes where characters take the most bytes. */
function fitted({ text, ...rest }: PushMessage): Buffer {
  const whole = Buffer.from(JSON.stringify({ ...rest, text }));
  return whole.length <= MAX_PAYLOAD ? whole : Buffer.from(JSON.stringify(rest));
}
