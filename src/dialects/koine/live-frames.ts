/** The frames that a live connection of koine is sent, beside answers. */
import type { LiveFrames, PersonNow } from '../../core/live/streams.ts';
import type { EventTexts } from './events/event-texts.ts';
import type { Presenter } from './present.ts';

export function createLiveFrames(present: Presenter, encoder: EventTexts): LiveFrames {
  const beat = frame('beat', {});
  const live = frame('live', {});
  /** The frame for all whose people have not changed. */
  let numberOnly = { online: -1, text: '' };

  function personNow({ online, person, removed }: PersonNow) {
    if (removed) return { online: false, removed };
    if (person === undefined) return { online };
    const { name, avatarUrl } = present.person(person);
    return { online, ...(name !== undefined && { name }), avatarUrl };
  }

  return {
    encoder,
    reset: (stream, seq) => frame('reset', { stream, seq }),
    live: () => live,
    heads: (heads) => frame('heads', { data: Object.fromEntries(heads) }),
    people: (online, people) => {
      if (people.size === 0) {
        if (numberOnly.online !== online)
          numberOnly = { online, text: frame('people', { data: { online, people: {} } }) };
        return numberOnly.text;
      }
      const entries = [...people].map(([id, now]) => [id, personNow(now)]);
      return frame('people', { data: { online, people: Object.fromEntries(entries) } });
    },
    beat: () => beat,
    bye: (code, retryAfter) => frame('bye', { code, retryAfter }),
  };
}

export function frame(type: string, content: object): string {
  return JSON.stringify({ type, ...content });
}
