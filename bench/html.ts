// The HTML report: one self-contained file with tables and charts.
import type { CaseReport, Column } from './report.ts';

export interface Section {
  suite: string;
  report: CaseReport;
  columns: Column[];
  mainFigure: string;
}

type Result = CaseReport['results'][number];

const COLOURS = ['#2f6fde', '#e0862b', '#3c9d63', '#b44ac0', '#c8413b', '#6b7785'];
const BAR = 22;
const LABEL = 190;
const WIDTH = 760;
const CURVE_HEIGHT = 180;

export function htmlReport(facts: Record<string, unknown>, sections: Section[]): string {
  const servers = [...new Set(sections.flatMap(({ report }) => report.results.map(({ server }) => server)))];
  const colourOf = (server: string) => COLOURS[servers.indexOf(server) % COLOURS.length] as string;
  const suites = [...new Set(sections.map(({ suite }) => suite))];
  const parts = suites.map(
    (suite) =>
      `<h2>${escapeHtml(suite)}</h2>${sections
        .filter((section) => section.suite === suite)
        .map((section) => sectionHtml(section, colourOf))
        .join('')}`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Koine benchmarks</title><style>${STYLE}</style>
<h1>Koine benchmarks</h1>
<p class="legend">${servers.map((name) => `<span><i style="background:${colourOf(name)}"></i>${escapeHtml(name)}</span>`).join('')}</p>
${parts.join('')}
<h2>The machine</h2>
<dl>${Object.entries(facts)
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value ?? 'unknown'))}</dd>`)
    .join('')}</dl>
</html>
`;
}

function sectionHtml({ report, columns, mainFigure }: Section, colourOf: (server: string) => string): string {
  const column = columns.find(({ figure }) => figure === mainFigure) ?? columns[0];
  const problems = report.results.flatMap(({ variant, server, problems }) =>
    problems.map(
      (problem) => `<li>${escapeHtml([server, variant].filter(Boolean).join(', '))}: ${escapeHtml(problem)}</li>`,
    ),
  );
  return `<section><h3>${escapeHtml(report.name)}</h3><p>${escapeHtml(report.title)}</p>
${column ? bars(report.results, column, colourOf) : ''}${report.results.map((one) => curveHtml(one, colourOf)).join('')}
${table(report.results, columns)}${problems.length > 0 ? `<ul class="problems">${problems.join('')}</ul>` : ''}</section>`;
}

/** One bar per result; the thin line in it spans the lowest to the highest repetition. */
function bars(results: Result[], { figure, heading, digits }: Column, colourOf: (server: string) => string): string {
  const valuesOf = (one: Result) => one.repetitions.map((figures) => figures[figure] ?? 0);
  const most = Math.max(...results.flatMap((one) => [one.median[figure] ?? 0, ...valuesOf(one)]), Number.MIN_VALUE);
  const x = (value: number) => LABEL + (Math.max(0, value) / most) * (WIDTH - LABEL - 110);
  const rows = results.map((one, row) => {
    const value = one.median[figure];
    const y = row * (BAR + 6) + 24;
    const label = `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${escapeHtml([one.variant, one.server].filter(Boolean).join(' · '))}</text>`;
    if (value === undefined) return `${label}<text x="${LABEL + 4}" y="${y + 15}">–</text>`;
    const values = valuesOf(one);
    const [low, high] = [x(Math.min(...values)), x(Math.max(...values))];
    return `${label}<rect x="${LABEL}" y="${y}" width="${x(value) - LABEL}" height="${BAR}" rx="2" fill="${colourOf(one.server)}"/>
<line x1="${low}" x2="${high}" y1="${y + BAR / 2}" y2="${y + BAR / 2}" class="range"/>
<text x="${Math.max(high, x(value)) + 6}" y="${y + 15}">${say(value, digits)}</text>`;
  });
  const height = results.length * (BAR + 6) + 28;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(heading)}"><text x="${LABEL}" y="14" class="axis">${escapeHtml(heading)}</text>${rows.join('')}</svg>`;
}

function curveHtml({ server, curve }: Result, colourOf: (server: string) => string): string {
  if (curve === undefined || curve.values.length < 2) return '';
  const { name, seconds, values } = curve;
  const most = Math.max(...values) * 1.1;
  const x = (index: number) => 60 + (index / (values.length - 1)) * (WIDTH - 80);
  const y = (value: number) => CURVE_HEIGHT - 24 - (value / most) * (CURVE_HEIGHT - 44);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const lines = [0, 0.5, 1].map((share) => {
    const at = y(most * share);
    return `<line x1="60" x2="${WIDTH - 20}" y1="${at}" y2="${at}" class="grid"/><text x="52" y="${at + 4}" text-anchor="end" class="axis">${say(most * share, 0)}</text>`;
  });
  const end = `<text x="${WIDTH - 20}" y="${CURVE_HEIGHT - 6}" text-anchor="end" class="axis">${say((values.length - 1) * seconds, 0)} s</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${CURVE_HEIGHT}" role="img" aria-label="${escapeHtml(name)}"><text x="60" y="12" class="axis">${escapeHtml(name)}</text>${lines.join('')}<polyline points="${points}" fill="none" stroke="${colourOf(server)}" stroke-width="2"/>${end}</svg>`;
}

function table(results: Result[], columns: Column[]): string {
  const head = ['', 'server', ...columns.map(({ heading }) => heading), 'koine ÷ it'];
  const rows = results.map(({ variant, server, median, koineRatio }) => {
    const figures = columns.map(({ figure, digits }) => say(median[figure], digits));
    return `<tr>${[variant, server, ...figures, say(koineRatio ?? undefined, 2)].map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="table"><table><tr>${head.map((cell) => `<th>${escapeHtml(cell)}</th>`).join('')}</tr>${rows.join('')}</table></div>`;
}

function say(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #67718a; --line: #d9dee8; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e8f2; --soft: #93a0b8; --line: #343d4f; --ground: #151a23; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 1000px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin: 1.8rem 0 0; } section p { margin: 0 0 .6rem; color: var(--soft); }
svg { width: 100%; max-width: ${WIDTH}px; display: block; margin: .4rem 0; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .axis { fill: var(--soft); }
.range { stroke: var(--ink); stroke-width: 1.5; opacity: .6; } .grid { stroke: var(--line); }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; } th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; } td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left; }
.legend span { margin-right: 1.2rem; } .legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
.problems { color: #c8413b; } dt { float: left; clear: left; width: 10rem; color: var(--soft); } dd { margin-left: 10rem; }
`;
