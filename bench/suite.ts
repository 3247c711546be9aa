// The interface of a suite, and the runner of its cases.
import type { Processes } from './processes.ts';
import { type CaseReport, type Column, type Series, summarize } from './report.ts';
import type { ServerName, Servers } from './servers.ts';

export interface Options {
  /** One short repetition of everything, a minute in all. */
  quick: boolean;
  repeat?: number;
  seconds?: number;
  window?: number;
  sockets?: number;
  idleSockets?: number;
  posts?: number;
  comments?: number;
  likes?: number;
  users?: number;
  uploads?: number;
  rooms?: number;
  messages?: number;
  friendships?: number;
}

export interface Stage {
  processes: Processes;
  servers: Servers;
  /** Reports progress, which is not part of the results. */
  note(text: string): void;
}

export interface Case {
  title: string;
  settings: Record<string, number | number[]>;
  servers: readonly ServerName[];
  columns: Column[];
  /** The figure that servers are compared by. */
  mainFigure: string;
  measure(server: ServerName): Promise<Series[]>;
}

export interface Suite {
  /** By name, in the order of execution. */
  cases(stage: Stage, options: Options): Record<string, Case>;
}

/** Runs every server in turn; a failure does not stop the others. */
export async function runCase(name: string, one: Case, servers: ServerName[], stage: Stage): Promise<CaseReport> {
  const series: Series[] = [];
  for (const server of servers) {
    stage.note(`${name}: ${server}`);
    try {
      series.push(...(await one.measure(server)));
    } catch (error) {
      if (stage.processes.stopping) throw new Error('interrupted');
      series.push({ server, variant: '', repetitions: [], problems: [(error as Error).message] });
    }
  }
  const { title, settings, mainFigure } = one;
  return { name, title, settings, results: summarize(series, mainFigure) };
}
