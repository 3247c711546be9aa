/** relay's `/connect`: the token, which has no answer, then the lobby's history, then the lobby live. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { LobbyEncoder } from '../../core/rooms/lobby.ts';
import { CLOSE, type Connection } from '../../core/sockets.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { SocketHandler, SocketRoute, UpgradeRequest } from '../dialect.ts';
import { bearerToken, socketToken } from '../shared/credentials.ts';
import { createLobbyFrames, refusalFrame } from './present.ts';
import { CONNECT_FRAMES } from './schema.ts';

/** The lobby's name for sockets of relay: an account has at most one. */
export const VIA_RELAY = 'relay';

export type RelaySocketOptions = {
  /** Messages. */
  readonly history: number;
  /** Seconds until a socket without a token is closed. */
  readonly authTimeout: number;
};

type RelayCore = Pick<Core, 'sessions' | 'contents' | 'lobby' | 'media'>;
type RelayParts = { readonly core: RelayCore; readonly options: RelaySocketOptions; readonly frames: LobbyEncoder };

export function connectSocket(core: RelayCore, options: RelaySocketOptions): SocketRoute {
  const parts = { core, options, frames: createLobbyFrames(core) };
  return {
    path: '/connect',
    methods: ['GET'],
    // Published clients stop reading at the first frame that is not a text.
    pings: false,
    operationId: 'joinLobby',
    summary: 'Join the lobby',
    description:
      `The first frame is the JWT, within ${options.authTimeout} s, unless the upgrade carried it. The server sends the` +
      ` lobby's history (its newest ${options.history} messages), then new messages. An account has one socket here: a second` +
      ' one replaces the first. The server sends text frames only and no pings; it answers pings of clients. TCP detects a dead' +
      ' peer: after `SOCKET_HEARTBEAT` (30 s) without traffic it is probed, and closed 10 s later. A peer that acknowledges' +
      ' no data for that long is closed at the next of three checks in that time (on Linux; on other systems when they stop' +
      ' retransmitting). So "Already in" ends within 80 s. After a process of the server was killed it ends at once where' +
      ' another process knows of that (the next start on the embedded database, the parent of several workers), and within' +
      ' 4 s elsewhere.',
    security: [{}, { bearer: [] }],
    frames: CONNECT_FRAMES,
    accept: async (request) => {
      const token = carriedToken(request);
      return (connection) => new RelaySocket(parts, connection, token);
    },
  };
}

function carriedToken(request: UpgradeRequest): string | null {
  const header = request.headers.authorization;
  return header === undefined ? socketToken(request) : (bearerToken(header) ?? '');
}

class RelaySocket implements SocketHandler {
  readonly #core: RelayCore;
  readonly #options: RelaySocketOptions;
  readonly #frames: LobbyEncoder;
  readonly #connection: Connection;
  /** Null until the token was received. Later frames wait for it. */
  #entering: Promise<Actor | null> | null = null;
  readonly #deadline: NodeJS.Timeout;

  constructor({ core, options, frames }: RelayParts, connection: Connection, token: string | null) {
    this.#core = core;
    this.#options = options;
    this.#frames = frames;
    this.#connection = connection;
    this.#deadline = setTimeout(() => this.#deny('no token came in time'), options.authTimeout * 1_000);
    connection.onClose(this);
    if (token !== null) this.#entering = this.#enter(token);
  }

  closed(): void {
    clearTimeout(this.#deadline);
  }

  get entering(): boolean {
    return this.#entering !== null;
  }

  async onText(text: string): Promise<void> {
    if (this.#entering === null) {
      // Clients that read the token from a file or a prompt may send its newline too.
      this.#entering = this.#enter(text.trim());
      return;
    }
    const actor = await this.#entering;
    // The upgrade had carried the token, or the client repeats it: nobody else may see it.
    if (this.#core.contents.isToken(text)) return;
    if (actor !== null) await this.#core.lobby.send(actor, text);
  }

  onRefused(error: AppError): void {
    this.#connection.sendText(refusalFrame(error));
  }

  onBinary(): void {
    if (this.#entering === null) this.#deny('the token must be a text frame');
    else this.onRefused(new AppError('invalid', { message: 'text must be a text frame' }));
  }

  async #enter(token: string): Promise<Actor | null> {
    clearTimeout(this.#deadline);
    try {
      const actor = await this.#core.sessions.authenticate(token, 'read', 'write');
      const onDisplaced = () => this.#connection.close(CLOSE.replaced);
      const entry = { entrance: VIA_RELAY, onDisplaced, history: this.#options.history };
      const { caughtUp } = await this.#core.lobby.joinExclusively(this.#connection, actor, this.#frames, entry);
      caughtUp.catch((error: unknown) => this.#fail(error));
      return actor;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  #fail(error: unknown): void {
    const known = toAppError(error);
    if (known.code === 'rate_limited') this.#refuse(known);
    else if (known.code === 'unauthenticated') this.#deny('the token is not valid or has expired');
    else this.#connection.fail(error);
  }

  /** For an account that connects too often: the reason, then the close code. */
  #refuse(error: AppError): void {
    this.onRefused(error);
    this.#connection.close({ code: CLOSE.flooding.code, reason: error.message.toLowerCase() });
  }

  #deny(reason: string): void {
    this.#connection.close({ code: CLOSE.policy.code, reason });
  }
}
