// Results of repetitions, their medians, and their tables.

import type { CpuUse } from './process-stats.ts';

export type Figures = Record<string, number>;

/** One server's repetitions under one setting. */
export interface Series {
  server: string;
  /** Distinguishes settings within a case, such as "16 in flight". */
  variant: string;
  repetitions: Figures[];
  /** A time series, sampled at this interval. */
  curve?: { name: string; seconds: number; values: number[] };
  /** Reasons to doubt the results, or for their absence. */
  problems: string[];
}

export interface Column {
  heading: string;
  figure: string;
  digits: number;
}

export const cpuColumns: Column[] = [
  { heading: 'CPU server', figure: 'serverCpu', digits: 2 },
  { heading: 'CPU db', figure: 'databaseCpu', digits: 2 },
  { heading: 'CPU load', figure: 'loadCpu', digits: 2 },
  { heading: 'CPU other', figure: 'otherCpu', digits: 2 },
];
export const latencyColumns: Column[] = [
  { heading: 'p50 ms', figure: 'p50Ms', digits: 2 },
  { heading: 'p99 ms', figure: 'p99Ms', digits: 2 },
];

/** Milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
  max: number;
}

export function latencyOf(samples: readonly number[]): Latency {
  const sorted = Float64Array.from(samples).sort();
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
}

/** The figures of `latencyColumns` and `cpuColumns`; CPU in seconds per second. */
export function commonFigures(run: { seconds: number; latency: Latency; cpu: CpuUse }): Figures {
  const { seconds, latency, cpu } = run;
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    maxMs: latency.max,
    ...Object.fromEntries(Object.entries(cpu).map(([group, used]) => [`${group}Cpu`, used / seconds])),
  };
}

export function emptySeries(server: string, variant = ''): Series {
  return { server, variant, repetitions: [], problems: [] };
}

export interface CaseReport {
  name: string;
  title: string;
  settings: Record<string, number | number[]>;
  results: (Series & {
    median: Figures;
    /** The median of Koine's main figure divided by this server's. */
    koineRatio: number | null;
  })[];
}

/** Adds medians and ratios, and groups servers by variant. */
export function summarize(series: Series[], mainFigure: string): CaseReport['results'] {
  const variants = [...new Set(series.map(({ variant }) => variant))];
  const withMedians = variants.flatMap((variant) =>
    series.filter((one) => one.variant === variant).map((one) => ({ ...one, median: medians(one.repetitions) })),
  );
  return withMedians.map((one) => {
    const koine = withMedians.find(({ server, variant }) => server === 'koine' && variant === one.variant);
    const ratio = (koine?.median[mainFigure] ?? Number.NaN) / (one.median[mainFigure] ?? Number.NaN);
    return { ...one, koineRatio: one !== koine && Number.isFinite(ratio) ? ratio : null };
  });
}

export function formatCase(report: CaseReport, columns: Column[]): string {
  const head = ['', 'server', ...columns.map(({ heading }) => heading), 'koine ÷ it'];
  const rows = report.results.map(({ variant, server, median, koineRatio }) => [
    variant,
    server,
    ...columns.map(({ figure, digits }) => formatNumber(median[figure], digits)),
    formatNumber(koineRatio ?? undefined, 2),
  ]);
  const problems = report.results.flatMap(({ variant, server, problems }) =>
    problems.map((problem) => `  ! ${[server, variant].filter(Boolean).join(', ')}: ${problem}\n`),
  );
  return `\n${report.name}: ${report.title}\n${formatTable([head, ...rows])}${problems.join('')}`;
}

function formatTable(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}\n`).join('');
}

function formatNumber(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return '-';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function medians(repetitions: Figures[]): Figures {
  const names = Object.keys(repetitions[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(repetitions.map((figures) => figures[name] as number))]));
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
