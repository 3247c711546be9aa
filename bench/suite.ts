// What a suite of cases is, and how its cases are run.
import type { Processes } from './processes.ts';
import { type CaseReport, type Column, type Series, summarize } from './report.ts';
import type { ServerName, Servers } from './servers.ts';

export interface Options {
  /** A minute's worth: one short repetition of everything. */
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
  /** For progress, which is no part of the result. */
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
  /** By name, in the order they are run. */
  cases(stage: Stage, options: Options): Record<string, Case>;
}

/** Every server in turn. One that fails does not end the others' turns. */
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
