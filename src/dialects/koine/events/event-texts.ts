/** The frames of a stream's events and signals, encoded once for all its followers. */
import type { Event } from '../../../core/events/events.ts';
import type { Signal } from '../../../core/events/signals.ts';
import type { StreamEncoder } from '../../../core/live/streams.ts';
import type { Presenter } from '../present.ts';
import { eventText } from './shown-events.ts';

/** Makes the encoder of the stream of that name. */
export type EventTexts = (stream: string) => StreamEncoder;

export function createEventTexts(presenter: Presenter): EventTexts {
  /** An event is delivered to all its readers in one turn, of whom some have an encoder of their own. */
  let last: { readonly event: Event; readonly text: string | null } | null = null;

  function textOf(stream: string, event: Event): string | null {
    if (last?.event !== event) last = { event, text: eventText(presenter, stream, event) };
    return last.text;
  }

  return (stream) => new StreamTexts(stream, textOf);
}

/** There are as many as open streams: it keeps little. */
class StreamTexts implements StreamEncoder {
  readonly name: string;
  readonly #textOf: (stream: string, event: Event) => string | null;

  constructor(name: string, textOf: (stream: string, event: Event) => string | null) {
    this.name = name;
    this.#textOf = textOf;
  }

  event(event: Event): string | null {
    return this.#textOf(this.name, event);
  }

  signal(signal: Signal): string | null {
    return signalText(this.name, signal);
  }
}

function signalText(stream: string, signal: Signal): string | null {
  if (signal.kind === 'typing') return JSON.stringify({ type: 'typing', stream, data: { by: signal.uid } });
  if (signal.kind === 'read')
    return JSON.stringify({ type: 'read', stream, data: { by: signal.uid, seq: signal.seq } });
  return null;
}
