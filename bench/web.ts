// The web suite: what somebody at a browser waits for, in Chromium over the DevTools protocol.
import { type Column, emptySeries, type Figures } from './report.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';
import * as measures from './web-measures.ts';
import { Scene } from './web-scene.ts';

const column = (heading: string, figure: string, digits = 0): Column => ({ heading, figure, digits });
const milliseconds = [column('p50 ms', 'p50Ms'), column('p95 ms', 'p95Ms'), column('max ms', 'maxMs')];

type Told = Pick<Case, 'title' | 'columns'> & { settings?: Case['settings']; measure: measures.Measure };

const CASES: Record<string, Told> = {
  cold: {
    title: 'the first start, on slow 4G with a CPU of a quarter of the speed, until content is painted',
    columns: [
      column('lobby ms', 'lobbyMs'),
      column('max ms', 'maxMs'),
      column('feed ms', 'feedMs'),
      column('signed out ms', 'strangerMs'),
      column('JS+CSS KiB gzip', 'kibibytes', 1),
    ],
    measure: measures.cold,
  },
  warm: {
    title: 'another start, until the room that was open last is painted',
    columns: [column('p50 ms', 'p50Ms'), column('max ms', 'maxMs')],
    measure: measures.warm,
  },
  switch: { title: 'to a room that is known', columns: milliseconds, measure: measures.change },
  'key-to-pixel': {
    title: 'from the press of Enter until the message is painted in another browser',
    columns: milliseconds,
    measure: measures.keyToPixel,
  },
  heap: {
    title: 'the heap after scrolling through a long room',
    settings: { messages: measures.LONG },
    columns: [column('MiB', 'mebibytes', 1), column('seconds', 'seconds', 1)],
    measure: measures.heap,
  },
  flood: {
    title: 'typing in a room into which messages pour',
    settings: { rate: measures.FLOOD_RATE },
    columns: [
      column('messages/s', 'messages'),
      column('frames/s', 'frames', 1),
      column('longest ms', 'longestMs'),
      column('key p50 ms', 'p50Ms'),
      column('key p99 ms', 'p99Ms'),
      column('key max ms', 'maxMs'),
    ],
    measure: measures.flooded,
  },
  resume: {
    title: 'from the return of the network until what was missed is painted',
    settings: measures.RESUMED,
    columns: [column('ms', 'p50Ms')],
    measure: measures.resume,
  },
  sync: {
    title: 'a snapshot of all rooms, from a page',
    settings: { rooms: measures.ROOMS },
    columns: [...milliseconds, column('KiB as sent', 'kibibytes', 1)],
    measure: measures.sync,
  },
};

export const web: Suite = {
  cases: (stage, options) =>
    Object.fromEntries(
      Object.entries(CASES).map(([name, { measure, settings = {}, ...told }]) => [
        name,
        {
          ...told,
          settings,
          servers: ['koine'],
          mainFigure: told.columns[0]?.figure ?? '',
          measure: async (server) => {
            const series = emptySeries(server);
            series.repetitions.push(...(await repeat(stage, options, measure)));
            return [series];
          },
        },
      ]),
    ),
};

async function repeat(stage: Stage, options: Options, measure: measures.Measure): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (let i = 0; i < (options.repeat ?? (options.quick ? 1 : 3)); i++)
    figures.push(await Scene.with(stage, (scene) => measure(scene, options.quick ? 5 : 15)));
  return figures;
}
