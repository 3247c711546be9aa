// One process of simulated members, ordered by the suite over IPC.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { Life, type Scenery } from './community-life.ts';
import { type CommunityCounts, CommunityLog } from './community-log.ts';
import { LiveSockets } from './live-socket.ts';
import { Member, type World } from './member.ts';
import { MemberApi } from './member-api.ts';
import { takeOrders } from './orders.ts';

/** The accounts of this process; its members come from that loopback address, to these ports in turn. */
export interface PeopleOrder {
  kind: 'people';
  tokens: string[];
  ports: number[];
  address: string;
}
/** The first so many of them are there, and live. Others leave. `idle`: they do nothing, and lose no connection. */
export interface StayOrder {
  kind: 'stay';
  members: number;
  idle: boolean;
}
export interface MeasureOrder {
  kind: 'measure';
  seconds: number;
}
/** All lose their connection, and are back. */
export interface ReturnOrder {
  kind: 'return';
  deadlineSeconds: number;
}
export type CommunityOrder = PeopleOrder | StayOrder | MeasureOrder | ReturnOrder;

export interface CommunityReport extends CommunityCounts {
  /** Delay of this process's own event loop, 99th percentile, in ms: with much, it is the limit. */
  lateness: number;
  /** Unix ms at which the order was executed. */
  doneAt: number;
}

const ARRIVING_AT_ONCE = 16;
const RESOLUTION_MS = 10;
const POLL_MS = 20;
/** For messages that are under way when the time is over. */
const DRAIN_MS = 2_000;

class Crowd {
  readonly #order: PeopleOrder;
  readonly #world: World;
  readonly #scenery: Scenery;
  readonly #present: { member: Member; life: Life }[] = [];

  constructor(order: PeopleOrder, picture: Buffer) {
    this.#order = order;
    this.#world = {
      sockets: new LiveSockets(order.address),
      api: new MemberApi(order.address),
      log: new CommunityLog(),
    };
    this.#scenery = { picture, posts: [] };
  }

  async stay({ members, idle }: StayOrder): Promise<void> {
    for (const { life } of this.#present.splice(members)) life.end();
    const arriveMore = async () => {
      while (this.#present.length < members) await this.#arrive(this.#present.length, idle);
    };
    await Promise.all(Array.from({ length: ARRIVING_AT_ONCE }, arriveMore));
  }

  /** Logs what happens meanwhile. */
  async watch(work: () => Promise<unknown>): Promise<CommunityReport> {
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    this.#world.log.begin();
    await work();
    delay.disable();
    const doneAt = Date.now();
    await sleep(DRAIN_MS);
    return { ...this.#world.log.end(), lateness: delay.percentile(99) / 1e6 - RESOLUTION_MS, doneAt };
  }

  async return({ deadlineSeconds }: ReturnOrder): Promise<void> {
    const deadline = performance.now() + deadlineSeconds * 1_000;
    for (const isLive of [false, true]) {
      while (this.#present.some(({ member }) => member.isLive !== isLive) && performance.now() < deadline)
        await sleep(POLL_MS);
    }
    for (const { member } of this.#present) if (!member.isLive) this.#world.log.failedAt('return', 'not in time');
  }

  async #arrive(index: number, idle: boolean): Promise<void> {
    const { tokens, ports } = this.#order;
    const member = new Member(this.#world, {
      port: ports[index % ports.length] as number,
      token: tokens[index] as string,
    });
    const life = new Life(member, this.#scenery);
    this.#present.push({ member, life });
    await member.arrive();
    if (!idle) life.begin(index);
  }
}

function execute(): (order: CommunityOrder) => Promise<CommunityReport | null> {
  let crowd: Crowd | null = null;
  return async (order) => {
    if (order.kind === 'people') {
      crowd = new Crowd(order, await makePicture());
      return null;
    }
    if (!crowd) throw new Error('nobody is known');
    const { seconds = 0 } = { seconds: 0, ...order };
    if (order.kind === 'measure') return crowd.watch(() => sleep(seconds * 1_000));
    if (order.kind === 'return') return crowd.watch(() => (crowd as Crowd).return(order));
    await crowd.stay(order);
    return null;
  };
}

/** As a phone sends it after making it smaller: about 200 KB. */
function makePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const;
  return sharp({ create: { width: 1_280, height: 960, channels: 3, background: '#888', noise } })
    .jpeg()
    .toBuffer();
}

takeOrders(execute());
