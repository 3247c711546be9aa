/** The message brokers that connect the nodes of an installation. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { deriveKey } from '../config/secrets.ts';
import { createBatchReader, type Event, type KoineBroker } from '../core/events/events.ts';
import type { Signal } from '../core/events/signals.ts';
import { MemoryBroker } from '../hub/brokers/memory.ts';
import { RedisBroker } from '../hub/brokers/redis.ts';
import type { Channel } from '../hub/brokers/relay.ts';
import { WorkersBroker } from '../hub/brokers/workers.ts';
import { findDatabaseName, type Sql } from '../store/database.ts';
import type { Redis } from '../store/redis.ts';
import type { OnClose } from './installation.ts';

/** Null without REDIS_URL. */
export async function openRedis(
  { redisUrl }: Pick<Config, 'redisUrl'>,
  logger: Logger,
  onClose: OnClose,
): Promise<Redis | null> {
  if (redisUrl === undefined) return null;
  // Loaded only when used.
  const { Redis } = await import('../store/redis.ts');
  const redis = await Redis.open(redisUrl, logger);
  onClose(() => redis.close());
  return redis;
}

type BrokerParts = { logger: Logger; secret: Uint8Array; channel?: Channel | undefined };

/** Nodes exchange events if they share a database and a secret; other installations may use the same Redis. */
export async function openBroker(
  redis: Redis | null,
  sql: Sql,
  { logger, secret, channel }: BrokerParts,
): Promise<KoineBroker> {
  const warn = (message: string) => logger.warn(message);
  if (redis === null) return channel ? new WorkersBroker<Event, Signal>(channel, warn) : new MemoryBroker();
  const key = deriveKey(secret, 'messages between nodes');
  const read = createBatchReader();
  return new RedisBroker<Event, Signal>(redis, { name: await findDatabaseName(sql), key, read, warn });
}

/** For the start message. */
export function brokerName({ redisUrl, workers }: Config): string {
  if (redisUrl !== undefined) return `Redis at ${new URL(redisUrl).host}`;
  return workers === 1 ? 'in memory' : 'between the workers';
}
