// The files suite: a large upload with interruptions, and downloads of parts, while two accounts chat.
import { join } from 'node:path';
import type { EchoOrder, EchoReport } from './chat-echo.ts';
import type { FilesOrder, FilesReport } from './files-load.ts';
import { OrderedProcess } from './orders.ts';
import { peakResidentBytes, residentBytes } from './process-stats.ts';
import { emptySeries, type Series } from './report.ts';
import type { Server } from './servers.ts';
import { openChat, register } from './social.ts';
import type { Options, Stage, Suite } from './suite.ts';

const MIB = 1024 * 1024;
const CUTS = 3;
const AT_ONCE = 20;

export const files: Suite = {
  cases: (stage, options) => {
    const scale = scaleOf(options);
    return {
      files: {
        title: `a file of ${scale.mib} MiB with ${CUTS} interruptions, then ${scale.downloads} downloads of 1 MiB, beside a chat`,
        settings: { mib: scale.mib, cuts: CUTS, downloads: scale.downloads, atOnce: AT_ONCE },
        servers: ['koine'],
        columns: [
          { heading: 'upload MiB/s', figure: 'uploadMiBPerSecond', digits: 0 },
          { heading: 'memory before, MiB', figure: 'residentBeforeMiB', digits: 0 },
          { heading: 'at most, MiB', figure: 'residentMaxMiB', digits: 0 },
          { heading: 'echo p99, uploading', figure: 'uploadEchoP99Ms', digits: 1 },
          { heading: 'download MiB/s', figure: 'downloadMiBPerSecond', digits: 0 },
          { heading: 'download p99 ms', figure: 'downloadP99Ms', digits: 1 },
          { heading: 'echo p99, downloading', figure: 'downloadEchoP99Ms', digits: 1 },
        ],
        mainFigure: 'downloadEchoP99Ms',
        measure: async (name) => {
          const series = emptySeries(name);
          for (let i = 0; i < scale.repetitions; i++) await measure(stage, series, scale);
          return [series];
        },
      },
    };
  },
};

function scaleOf({ quick, repeat }: Options) {
  return { repetitions: repeat ?? 1, mib: quick ? 64 : 2_048, downloads: quick ? 50 : 1_000 };
}

/** On a fresh server, so that the peak memory belongs to it. */
async function measure(stage: Stage, series: Series, scale: ReturnType<typeof scaleOf>): Promise<void> {
  const dataDir = join(await stage.servers.newDataDir(), 'data');
  const server = await stage.servers.startWatchedKoine(dataDir);
  try {
    await Promise.race([measureOn(stage, server, series, scale), server.ended()]);
  } finally {
    await server.stop();
  }
}

async function measureOn(
  { processes }: Stage,
  server: Server,
  series: Series,
  { mib, downloads }: ReturnType<typeof scaleOf>,
): Promise<void> {
  const people = await register(server.port, 2);
  const token = (people[0] as (typeof people)[number]).token;
  const chat = new OrderedProcess<EchoOrder, EchoReport>(processes, 'chat', join(import.meta.dirname, 'chat-echo.ts'));
  const load = new OrderedProcess<FilesOrder, FilesReport>(
    processes,
    'load generator',
    join(import.meta.dirname, 'files-load.ts'),
  );
  try {
    await chat.call({ kind: 'open', ...(await openChat(server.port, people)) });
    const residentBefore = residentBytes(server.pid);
    const at = { port: server.port, token };
    const size = mib * MIB;
    const up = await load.call({ kind: 'upload', ...at, bytes: size, cuts: CUTS });
    const uploading = await chat.call({ kind: 'report' });
    const down = await load.call({ kind: 'download', ...at, file: up.file, size, downloads, atOnce: AT_ONCE });
    const downloading = await chat.call({ kind: 'report' });
    series.repetitions.push({
      uploadMiBPerSecond: mib / up.seconds,
      residentBeforeMiB: residentBefore / MIB,
      residentMaxMiB: peakResidentBytes(server.pid) / MIB,
      uploadEchoP99Ms: uploading.latency.p99,
      downloadMiBPerSecond: down.bytes / MIB / down.seconds,
      downloadP99Ms: down.latency.p99,
      downloadEchoP99Ms: downloading.latency.p99,
    });
    for (const { problems } of [up, down, uploading, downloading]) series.problems.push(...problems);
  } finally {
    await Promise.all([chat.stop(), load.stop()]);
  }
}
