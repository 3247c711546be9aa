/** A line of numbers over time, drawn by the browser: readable in any theme, and by keyboard and screen reader. */
import { useState } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { clockOf } from '../i18n/time.ts';

export type PlotPoint = { readonly at: number; readonly value: number };

type Props = {
  readonly title: string;
  readonly points: readonly PlotPoint[];
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Between two points, in ms. A longer gap is drawn as one. */
  readonly step: number;
  readonly format: (value: number) => string;
};

const WIDTH = 600;
const HEIGHT = 120;

export function Plot({ title, points, from, to, step, format }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  const most = niceTop(Math.max(0, ...points.map(({ value }) => value)));
  const x = (at: number): number => ((at - from) / (to - from)) * WIDTH;
  const y = (value: number): number => HEIGHT - (value / most) * HEIGHT;
  const shown = chosen === null ? points.at(-1) : points[chosen];
  const peak = points.reduce<PlotPoint | null>((best, one) => (best && best.value >= one.value ? best : one), null);
  const look = (event: PointerEvent & { currentTarget: SVGElement }) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setChosen(nearest(points, from + ((event.clientX - left) / width) * (to - from)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 }[event.key];
    if (by === undefined || points.length === 0) return;
    event.preventDefault();
    setChosen(Math.min(points.length - 1, Math.max(0, (chosen ?? points.length - 1) + by)));
  };
  const summary =
    peak && shown
      ? t('plotSummary', {
          now: format(shown.value),
          at: timeOf(shown.at),
          peak: format(peak.value),
          when: timeOf(peak.at),
        })
      : t('plotEmpty');
  return (
    <figure class="plot">
      <figcaption>
        <span>{title}</span>
        <strong>{shown ? format(shown.value) : '–'}</strong>
        <span class="hint">{shown && chosen !== null ? timeOf(shown.at) : ''}</span>
      </figcaption>
      <div class="area">
        <span class="top" aria-hidden="true">
          {format(most)}
        </span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          tabIndex={0}
          aria-label={`${title}: ${summary}`}
          onPointerMove={look}
          onPointerLeave={() => setChosen(null)}
          onKeyDown={onKeyDown}
          onBlur={() => setChosen(null)}
        >
          {[0, 0.5, 1].map((part) => (
            <line key={part} class="grid" x1="0" x2={WIDTH} y1={part * HEIGHT} y2={part * HEIGHT} />
          ))}
          {runsOf(points, step * 2.5).map((run) => (
            <Run key={run[0]?.at} points={run.map(({ at, value }) => [x(at), y(value)] as const)} />
          ))}
          {shown && chosen !== null && <line class="mark" x1={x(shown.at)} x2={x(shown.at)} y1="0" y2={HEIGHT} />}
        </svg>
      </div>
      <div class="times" aria-hidden="true">
        <span>{timeOf(from)}</span>
        <span>{timeOf((from + to) / 2)}</span>
        <span>{timeOf(to)}</span>
      </div>
      <span class="visually-hidden" aria-live="polite">
        {chosen !== null && shown ? `${timeOf(shown.at)}: ${format(shown.value)}` : ''}
      </span>
    </figure>
  );
}

function Run({ points }: { readonly points: readonly (readonly [number, number])[] }) {
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
  const [first] = points[0] ?? [0];
  const [last] = points.at(-1) ?? [0];
  return (
    <>
      <path class="fill" d={`${line}L${last.toFixed(1)} ${HEIGHT}L${first.toFixed(1)} ${HEIGHT}Z`} />
      <path class="line" d={points.length === 1 ? `${line}h1` : line} />
    </>
  );
}

const timeOf = (at: number): string => clockOf(new Date(at).toISOString());

/** Parts between which nothing was measured. */
function runsOf(points: readonly PlotPoint[], gap: number): PlotPoint[][] {
  const runs: PlotPoint[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && point.at - before.at <= gap) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

function nearest(points: readonly PlotPoint[], at: number): number | null {
  let best: number | null = null;
  for (const [index, point] of points.entries())
    if (best === null || Math.abs(point.at - at) < Math.abs((points[best] as PlotPoint).at - at)) best = index;
  return best;
}

/** The next round number. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((one) => one >= value) as number;
}
