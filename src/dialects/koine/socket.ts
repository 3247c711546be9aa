/** koine's `/v1/live`: everything that the caller may see, as it happens, from where an earlier connection ended. */
import type { LiveClient } from '../../core/live/client.ts';
import type { Actor } from '../../core/model.ts';
import { requireScope } from '../../core/sessions/scopes.ts';
import { CLOSE, type Connection } from '../../core/sockets.ts';
import { AppError } from '../../errors.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { parseFrame } from '../shared/json.ts';
import { NOT_FROM_HERE } from './callers.ts';
import { problemOf } from './errors.ts';
import { frame } from './live-frames.ts';
import { type FrameIn, IN, isRef, OUT, readFrame } from './live-schema.ts';
import type { KoineParts } from './parts.ts';
import { marks } from './present/rooms.ts';

/** Frames that change something. */
const WRITING: readonly FrameIn['type'][] = ['send', 'read', 'typing'];

type FrameOf<Type extends FrameIn['type']> = Extract<FrameIn, { type: Type }>;

export function liveSocket(parts: KoineParts): SocketRoute {
  const { core, callers, frames } = parts;
  return {
    path: '/v1/live',
    methods: ['GET'],
    operationId: 'openLive',
    summary: 'Receive events',
    description:
      'The token comes in the Authorization header, the subprotocol `bearer, <token>`, or the cookie. Every frame is JSON with a' +
      ' `type`. A client silent for 60 s is gone: the server sends a `beat` every 25 s, which the client answers.',
    errors: ['unauthenticated', NOT_FROM_HERE],
    frames: { in: IN, out: OUT },
    accept: async (request) => {
      const actor = await callers.ofSocket(request);
      const admit = core.live.admit(actor);
      return (connection) => new LiveSocket(parts, { connection, actor, client: admit(connection, frames) });
    },
  };
}

type Opened = {
  readonly connection: Connection;
  readonly actor: Actor;
  readonly client: LiveClient;
};

class LiveSocket implements SocketHandler {
  readonly entering = true;
  readonly #parts: KoineParts;
  readonly #connection: Connection;
  readonly #actor: Actor;
  readonly #client: LiveClient;
  #deadline: NodeJS.Timeout | null;
  /** Refs of the frames that led to these errors. */
  #refs: WeakMap<object, number> | null = null;
  #greeted = false;

  constructor(parts: KoineParts, { connection, actor, client }: Opened) {
    this.#parts = parts;
    this.#connection = connection;
    this.#actor = actor;
    this.#client = client;
    const late = () => connection.close({ code: CLOSE.tooSlow.code, reason: 'no hello came in time' });
    this.#deadline = setTimeout(late, parts.options.sockets.authTimeout * 1_000);
    connection.onClose(this);
  }

  closed(): void {
    this.#endDeadline();
  }

  async onText(text: string): Promise<void> {
    this.#client.heard();
    const sent = parseFrame(text);
    if (typeof sent !== 'object' || sent === null) throw new AppError('invalid', { message: 'a frame is an object' });
    try {
      await this.#serve(frameIn(sent));
    } catch (error) {
      const ref = 'ref' in sent ? sent.ref : undefined;
      if (isRef(ref) && error instanceof Error) {
        this.#refs ??= new WeakMap();
        this.#refs.set(error, ref);
      }
      throw error;
    }
  }

  onRefused(error: AppError): void {
    const ref = this.#refs?.get(error) ?? (error.cause instanceof Error ? this.#refs?.get(error.cause) : undefined);
    this.#connection.sendText(frame('problem', { ...(ref !== undefined && { ref }), problem: problemOf(error) }));
  }

  onBinary(): void {
    this.onRefused(new AppError('invalid', { message: 'frames are JSON text' }));
  }

  async #serve(sent: FrameIn): Promise<void> {
    if (sent.type === 'beat') return;
    if (sent.type === 'hello') return this.#greet(sent);
    if (!this.#greeted) throw new AppError('invalid', { message: 'the first frame is hello' });
    if (WRITING.includes(sent.type)) requireScope(this.#actor, 'write');
    switch (sent.type) {
      case 'follow':
        return this.#following(this.#client.follow(sent.have));
      case 'unfollow':
        return this.#client.unfollow(sent.streams);
      case 'watch':
        return this.#client.watch(sent.people);
      case 'typing':
        return this.#client.type(sent.room);
      case 'send':
        return this.#send(sent);
      case 'read':
        return this.#read(sent);
    }
  }

  #greet({ epoch, have, heads = false }: FrameOf<'hello'>): Promise<void> {
    if (this.#greeted) throw new AppError('invalid', { message: 'hello was said before' });
    this.#greeted = true;
    this.#endDeadline();
    return this.#following(this.#client.hello({ epoch, have, heads }));
  }

  #endDeadline(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  /** A client cannot know what it was not sent: after a failure it comes back and resumes. */
  async #following(work: Promise<void>): Promise<void> {
    await work.catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'invalid') throw error;
      this.#connection.fail(error);
    });
  }

  async #send({ ref, room, ...message }: FrameOf<'send'>): Promise<void> {
    const { core, present } = this.#parts;
    const id = await this.#client.roomIdOf(room);
    const sent = await core.messages.send(this.#actor, { id }, message);
    this.#connection.sendText(frame('result', { ref, data: present.message(sent) }));
  }

  async #read({ ref, room, seq }: FrameOf<'read'>): Promise<void> {
    const moved = await this.#parts.core.rooms.markRead(this.#actor, { uid: room }, seq);
    if (ref !== undefined) this.#connection.sendText(frame('result', { ref, data: marks(moved) }));
  }
}

/** @throws AppError `invalid` */
function frameIn(sent: { readonly type?: unknown }): FrameIn {
  const known = readFrame(sent);
  if (known === undefined)
    throw new AppError('invalid', { message: `type must be one of ${Object.keys(IN).join(', ')}` });
  if (known === null) throw new AppError('invalid', { message: `this is no frame of the type ${sent.type}` });
  return known;
}
