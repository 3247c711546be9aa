// Fan-out of /v1/live, beside that of the lounge dialect: the same sockets, texts and lobby, in turn on one server.
import { LoadGenerator } from './generator.ts';
import { rateColumns, record, SENDERS, TEXT_SIZE } from './lobby.ts';
import { cpuColumns, emptySeries, latencyColumns, median, type Series } from './report.ts';
import { type Server, type ServerName, signUp } from './servers.ts';
import type { Case, Options, Stage } from './suite.ts';

const PROTOCOLS = ['lounge', 'koine'] as const;
type Protocol = (typeof PROTOCOLS)[number];

function scaleOf({ quick, repeat, sockets, seconds }: Options) {
  return {
    repetitions: repeat ?? (quick ? 1 : 4),
    sockets: sockets ?? 1_000,
    inFlight: 64,
    warmUpSeconds: quick ? 0.5 : 1,
    seconds: seconds ?? (quick ? 1 : 3),
  };
}
type Scale = ReturnType<typeof scaleOf>;

export function nativeFanOut(stage: Stage, options: Options): Case {
  const scale = scaleOf(options);
  return {
    title: `${scale.sockets} sockets in the lobby, through lounge and /v1/live in turn`,
    settings: { ...scale, senders: SENDERS, textSize: TEXT_SIZE },
    servers: ['koine'],
    columns: [
      ...rateColumns,
      { heading: '÷ lounge', figure: 'shareOfLounge', digits: 2 },
      ...latencyColumns,
      ...cpuColumns,
    ],
    mainFigure: 'deliveriesPerSecond',
    measure: (name) => measure(stage, name, scale),
  };
}

async function measure(stage: Stage, name: ServerName, scale: Scale): Promise<Series[]> {
  const server = await stage.servers.start(name, await stage.servers.newDataDir());
  try {
    const tokens = await signUp(server.port, SENDERS);
    const series = { lounge: emptySeries(name, 'lounge'), koine: emptySeries(name, '/v1/live') };
    for (let i = 0; i < scale.repetitions; i++)
      for (const protocol of i % 2 === 0 ? PROTOCOLS : PROTOCOLS.toReversed())
        await run(stage, server, { tokens, protocol }, scale, series[protocol]);
    const lounge = median(series.lounge.repetitions.map(({ deliveriesPerSecond = 0 }) => deliveriesPerSecond));
    for (const figures of series.koine.repetitions)
      figures.shareOfLounge = (figures.deliveriesPerSecond as number) / lounge;
    return [series.lounge, series.koine];
  } finally {
    await server.stop();
  }
}

async function run(
  stage: Stage,
  server: Server,
  { tokens, protocol }: { tokens: string[]; protocol: Protocol },
  { sockets, repetitions: _, ...load }: Scale,
  series: Series,
): Promise<void> {
  const generator = new LoadGenerator(stage.processes);
  const own = protocol === 'koine' ? await lobbyOf(server.port, tokens[0] as string) : {};
  try {
    await generator.open({ ...own, protocol, tokens, ports: [server.port], sockets, textSize: TEXT_SIZE });
    record(series, await generator.run({ senders: SENDERS, ...load, watch: server.watch }));
  } finally {
    await generator.stop();
  }
}

/** The frame that follows the lobby from now on, and the lobby's id. */
async function lobbyOf(port: number, token: string): Promise<{ hello: string; room: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/sync`, { headers: { authorization: `Bearer ${token}` } });
  const { epoch, rooms } = (await answer.json()) as {
    epoch: string;
    rooms: { id: string; kind: string; seq: number }[];
  };
  const lobby = rooms.find(({ kind }) => kind === 'lobby');
  if (!lobby) throw new Error('there is no lobby');
  const { id, seq } = lobby;
  return { hello: JSON.stringify({ type: 'hello', epoch, have: { [`room:${id}`]: seq } }), room: id };
}
