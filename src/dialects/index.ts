/** The dialects, by name. A new one is added here and nowhere else. */
import type { Config, DialectName } from '../config.ts';
import type { Core } from '../core/core.ts';
import type { Dialect } from './dialect.ts';
import { createLounge } from './lounge/routes.ts';
import { createRelay } from './relay/routes.ts';

const CREATE: Record<DialectName, (core: Core, config: Config) => Dialect> = {
  relay: (core, config) => createRelay(core, { history: config.relayHistory, authTimeout: config.sockets.authTimeout }),
  lounge: (core) => createLounge(core),
};

export function createDialects(core: Core, config: Config): Dialect[] {
  return config.dialects.map((name) => CREATE[name](core, config));
}
