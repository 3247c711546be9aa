/** `/v1/events`: the events without a socket, as server-sent events or by long polling. */
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { FAILURE } from '../../../core/sockets.ts';
import { toAppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import { Event } from '../schema.ts';

const MAX_CURSOR = 16_384;
/** Seconds. */
const MAX_WAIT = 25;

const EventsQuery = Type.Unsafe<{ cursor?: string; wait: number }>(
  Type.Object({
    cursor: Type.Optional(
      Type.String({
        maxLength: MAX_CURSOR,
        description: 'The position to resume from; without it: now. `Last-Event-ID` comes first.',
      }),
    ),
    wait: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_WAIT,
        default: 0,
        description: 'Seconds to wait for an event, if there is none. Not for server-sent events.',
      }),
    ),
  }),
);

const Events = Type.Object(
  { events: Type.Array(Event), cursor: Type.String({ description: 'For the next call.' }) },
  { title: 'Events' },
);

const STREAM_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
/** A comment: sent when there is no news. */
const SIGN = ':';

export function serveEvents(app: App, { core: { live }, callers, frames }: KoineParts): void {
  app.get(
    '/v1/events',
    {
      ...callers.may('read'),
      config: { waits: true },
      schema: {
        operationId: 'getEvents',
        summary: 'Receive events without a socket',
        description:
          'All streams of the caller: `me`, `board`, and the rooms. With `Accept: text/event-stream` the answer does not end: `id` is the' +
          ' cursor behind the event, `event` its type, `data` the event as on the socket. Otherwise it has what happened since the' +
          ' cursor. After a `reset` the stream has to be fetched again; its later events follow.',
        errors: ['unauthenticated'],
        querystring: EventsQuery,
        response: {
          200: {
            description: 'The events, oldest first in each stream.',
            content: {
              'application/json': { schema: Type.Unsafe<string>(Events) },
              'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { cursor, wait } = request.query;
      const start = await live.locate(caller, lastEventId(request) ?? cursor ?? null);
      const how = { socket: request.raw.socket, pings: false, onFailure: failing(request) };
      if (!wantsStream(request)) {
        // A request that waits has no share of the work.
        request.releaseSlot?.();
        const { events, cursor } = await live.poll(caller, start, { frames, wait: wait * 1_000 }, how);
        const body = `{"events":[${events.join()}],"cursor":"${cursor}"}`;
        return reply.type('application/json; charset=utf-8').serializer(asItIs).send(body);
      }
      const answer = live.stream(caller, start, { frames, show: block, sign: SIGN }, { ...how, framing });
      return reply.headers(STREAM_HEADERS).send(answer);
    },
  );
}

function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function wantsStream({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').slice(0, 256).includes('text/event-stream');
}

/** A client that is cut off comes back with its cursor. */
function failing({ log }: FastifyRequest) {
  return (cause: unknown) => {
    const reason = toAppError(cause).code === 'internal' ? FAILURE.internal : FAILURE.tryLater;
    log.warn({ err: cause }, `a socket is closed with ${reason.code} (${reason.reason})`);
    return reason;
  };
}

/** A block of the stream, without its end. The text is JSON that begins with its type. */
function block(text: string | null, cursor: () => string): string {
  if (text === null) return `id: ${cursor()}`;
  const type = text.slice('{"type":"'.length, text.indexOf('"', '{"type":"'.length));
  return `id: ${cursor()}\nevent: ${type}\ndata: ${text}`;
}

/** The events are JSON already. */
function asItIs(body: unknown): string {
  return body as string;
}

function framing(text: string): Buffer {
  return Buffer.from(`${text}\n\n`);
}
