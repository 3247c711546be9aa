/** relay's `/connect`: the token, silently; then the lobby's history; then the lobby. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import { CLOSE, type Connection } from '../../core/sockets.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { SocketHandler, SocketRoute, UpgradeRequest } from '../dialect.ts';
import { bearerToken, socketToken } from '../shared/credentials.ts';
import { lobbyFrames, refusalFrame } from './present.ts';
import { CONNECT_FRAMES } from './schema.ts';

/** How the lobby knows sockets that came in here: an account has one at most. */
export const VIA_RELAY = 'relay';

export type RelaySocketOptions = {
  /** Messages. */
  readonly history: number;
  /** Seconds that a socket has for its token. */
  readonly authTimeout: number;
};

type RelayCore = Pick<Core, 'sessions' | 'contents' | 'lobby'>;

export function connectSocket(core: RelayCore, options: RelaySocketOptions): SocketRoute {
  return {
    path: '/connect',
    methods: ['GET'],
    // Published clients stop reading at the first frame that is not text.
    pings: false,
    operationId: 'joinLobby',
    summary: 'The lobby',
    description:
      `The first frame is the JWT, within ${options.authTimeout} s, unless the upgrade brought it along. Then comes the` +
      ` lobby's history (its newest ${options.history} messages), then what is said from now on. An account has one` +
      ' socket here: a second one replaces the first. The server sends text frames only, never a ping, and answers those' +
      ' of clients. A peer that has vanished is found by TCP: one that is idle for `SOCKET_HEARTBEAT` (30 s) is probed and' +
      ' closed 10 s later; one that acknowledges nothing for as long is closed at the next look, of which there are three in' +
      ' that time (on Linux: elsewhere when the system gives up retransmitting). So "Already in" ends within 80 s. When a' +
      ' process of the server is killed, it ends at once where another one knows of that (the next start on the embedded' +
      ' database, the parent of several workers), and within 4 s where none does.',
    security: [{}, { bearer: [] }],
    frames: CONNECT_FRAMES,
    accept: async (request) => {
      const token = carriedToken(request);
      return (connection) => new RelaySocket(core, options, connection, token);
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
  readonly #connection: Connection;
  /** Null until the token has come; frames that follow it wait for the answer. */
  #entering: Promise<Actor | null> | null = null;
  readonly #deadline: NodeJS.Timeout;

  constructor(core: RelayCore, options: RelaySocketOptions, connection: Connection, token: string | null) {
    this.#core = core;
    this.#options = options;
    this.#connection = connection;
    this.#deadline = setTimeout(() => this.#deny('no token came in time'), options.authTimeout * 1_000);
    connection.onClose.push(() => clearTimeout(this.#deadline));
    if (token !== null) this.#entering = this.#enter(token);
  }

  get entering(): boolean {
    return this.#entering !== null;
  }

  async onText(text: string): Promise<void> {
    if (this.#entering === null) {
      // Clients that read it from a file or a prompt send its line end too.
      this.#entering = this.#enter(text.trim());
      return;
    }
    const actor = await this.#entering;
    // The upgrade had it already, or the client says it twice: it must not be shown to anybody.
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
      const actor = await this.#core.sessions.authenticate(token);
      const replaced = () => this.#connection.close(CLOSE.replaced);
      const place = { via: VIA_RELAY, replaced, history: this.#options.history };
      const { caughtUp } = await this.#core.lobby.joinAlone(this.#connection, actor, lobbyFrames, place);
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

  /** Who comes too often is told so, and is not let in. */
  #refuse(error: AppError): void {
    this.onRefused(error);
    this.#connection.close({ code: CLOSE.flooding.code, reason: error.message.toLowerCase() });
  }

  #deny(reason: string): void {
    this.#connection.close({ code: CLOSE.policy.code, reason });
  }
}
