/** How each registered dialect is created, with the settings that it reads. */
import type { Config } from '../config/config.ts';
import type { DialectName } from '../config/dialects.ts';
import type { Core } from '../core/core.ts';
import { createBoard } from './board/routes.ts';
import type { Dialect } from './dialect.ts';
import { createKoine } from './koine/routes.ts';
import { createLounge } from './lounge/routes.ts';
import { createMessenger } from './messenger/routes.ts';
import { createRelay } from './relay/routes.ts';
import { createSocial } from './social/routes.ts';

/** `open`: whether it is served to callers without a token too. */
const CREATE: Record<DialectName, (core: Core, config: Config, open: boolean) => Dialect> = {
  koine: (core, config) => createKoine(core, config),
  board: (core, config, open) => createBoard(core, { ...config, open }),
  social: (core, config, open) => createSocial(core, { ...config, open }),
  messenger: (core, config) => createMessenger(core, config),
  relay: (core, config) => createRelay(core, { history: config.relayHistory, authTimeout: config.sockets.authTimeout }),
  lounge: (core) => createLounge(core),
};

export function createDialects(core: Core, config: Config): Dialect[] {
  return config.dialects.map((name) => CREATE[name](core, config, config.openDialects.includes(name)));
}
