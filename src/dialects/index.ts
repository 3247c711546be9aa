/** The dialects, by name. A new one is added here and nowhere else. */
import type { Config, DialectName } from '../config/config.ts';
import type { Core } from '../core/core.ts';
import { createBoard } from './board/routes.ts';
import type { Dialect } from './dialect.ts';
import { createLounge } from './lounge/routes.ts';
import { createMessenger } from './messenger/routes.ts';
import { createRelay } from './relay/routes.ts';
import { createSocial } from './social/routes.ts';

const CREATE: Record<DialectName, (core: Core, config: Config) => Dialect> = {
  board: (core, config) => createBoard(core, { ...config, open: config.openDialects.includes('board') }),
  social: (core, config) => createSocial(core, { ...config, open: config.openDialects.includes('social') }),
  messenger: (core, config) => createMessenger(core, config),
  relay: (core, config) => createRelay(core, { history: config.relayHistory, authTimeout: config.sockets.authTimeout }),
  lounge: (core) => createLounge(core),
};

export function createDialects(core: Core, config: Config): Dialect[] {
  return config.dialects.map((name) => CREATE[name](core, config));
}
