/** Live connections of the native API: they resume where an earlier one ended, on any node. */
import type { Connection } from '../../hub/connection.ts';
import type { Sql } from '../../store/database.ts';
import type { KoineHub } from '../events/events.ts';
import { createHydration } from '../events/hydration.ts';
import type { Actor, ShowPerson } from '../model.ts';
import type { Presence } from '../presence/presence.ts';
import type { Lobby } from '../rooms/lobby.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { clock, LiveClient, type LiveParts } from './client.ts';
import { createHeads } from './heads.ts';
import { createPulse } from './pulse.ts';
import { createReading, type Reading } from './reading.ts';
import { createResuming } from './resuming.ts';
import { createSnapshots, type Snapshot } from './snapshot.ts';
import { createStreamEncoders, type LiveFrames } from './streams.ts';
import { createTyping } from './typing.ts';
import { createWatching } from './watching.ts';

export type Live = Reading & {
  snapshot(actor: Actor, limit: number): Promise<Snapshot>;
  /**
   * Being connected counts as being in the lobby.
   * @throws AppError `rate_limited`: the account connects too often
   */
  admit(actor: Actor): LiveAdmission;
};

/** The permission to open a live connection. */
export type LiveAdmission = (connection: Connection, frames: LiveFrames) => LiveClient;

type Parts = {
  readonly lobby: Pick<Lobby, 'attend'>;
  readonly presence: Presence;
  readonly sessions: Pick<Sessions, 'bind'>;
  readonly show: ShowPerson;
  /** Seconds: a connection that is silent for two intervals is dead. */
  readonly heartbeat: number;
};

/** The name of these connections among the entrances of the lobby. */
const ENTRANCE = 'koine';
/** Changes are sent at most once per interval, in ms. */
const TOLD_EVERY = 1_000;
/** Beats come a little earlier than the silence of which they warn. */
const BEATS = 5 / 6;
const CHECKS = 1 / 30;

export function createLive(sql: Sql, hub: KoineHub, { lobby, presence, sessions, show, heartbeat }: Parts): Live {
  const clients = new Set<LiveClient>();
  const resuming = createResuming(sql, createHydration(sql, show));
  const parts: LiveParts = {
    ...{ sql, hub, resuming, presence, clients },
    heads: createHeads(sql, hub),
    watching: createWatching(sql, hub, { presence, show }),
    typing: createTyping(sql, hub),
    encoderOf: createStreamEncoders(),
    pulse: createPulse(TOLD_EVERY, clients, (client) => client.flush()),
  };
  presence.onChange(parts.pulse.touchAll);
  let timer: NodeJS.Timeout | undefined;

  function checkAll(): void {
    if (clients.size === 0) timer = void clearInterval(timer);
    const now = clock();
    for (const client of clients) {
      if (now - client.heardAt > 2 * heartbeat * 1_000) client.connection.terminate();
      else if (now - client.beatAt > BEATS * heartbeat * 1_000) {
        client.beatAt = now;
        client.connection.sendText(client.frames.beat());
      }
    }
  }

  return {
    snapshot: createSnapshots(sql, { presence, show }),
    ...createReading({ ...parts, sessions, heartbeat }),

    admit: (actor): LiveAdmission => {
      const enterLobby = lobby.attend(actor, ENTRANCE);
      return (connection, frames) => {
        sessions.bind(connection, actor);
        const client = new LiveClient(parts, { connection, actor, frames });
        timer ??= setInterval(checkAll, heartbeat * 1_000 * CHECKS).unref();
        enterLobby(connection).catch((error: unknown) => connection.fail(error));
        return client;
      };
    },
  };
}
