import type { AnswerOf } from '@koine/client';
import { useEffect, useState } from 'preact/hooks';
import { bytesText, numberText, timeText } from '../i18n/amounts.ts';
import type { MessageKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import { client, explain } from '../koine.ts';
import { Empty, Spinner } from '../ui/empty.tsx';
import { Plot } from '../ui/plot.tsx';
import { Segments } from '../ui/segments.tsx';

type History = AnswerOf<'/v1/admin/metrics', 'GET'>;
type Measure = Exclude<keyof History['points'][number], 'at'>;

const PLOTS: readonly {
  readonly name: Measure;
  readonly title: MessageKey;
  readonly format: (value: number) => string;
}[] = [
  { name: 'requests', title: 'plot_requests', format: numberText },
  { name: 'requestTime', title: 'plot_requestTime', format: timeText },
  { name: 'errors', title: 'plot_errors', format: numberText },
  { name: 'messages', title: 'plot_messages', format: numberText },
  { name: 'messageTime', title: 'plot_messageTime', format: timeText },
  { name: 'sockets', title: 'plot_sockets', format: numberText },
  { name: 'frames', title: 'plot_frames', format: numberText },
  { name: 'waiting', title: 'plot_waiting', format: numberText },
  { name: 'cpu', title: 'plot_cpu', format: numberText },
  { name: 'memory', title: 'plot_memory', format: bytesText },
];
const HOURS = ['3', '24'] as const;
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The servers' measurements: refreshed each minute while they are on screen. */
export function MetricsSection() {
  const [hours, setHours] = useState<(typeof HOURS)[number]>('24');
  const [history, setHistory] = useState<History | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const query = { hours: Number(hours) };
    const read = async () => setHistory(await client.request('GET', '/v1/admin/metrics', { query }));
    const look = () => void read().catch((error: unknown) => setFailure(explain(error)));
    look();
    const timer = setInterval(look, MINUTE);
    return () => clearInterval(timer);
  }, [hours]);
  if (failure !== null) return <Empty icon="circle-alert" title={failure} />;
  if (history === null) return <Spinner />;
  const to = Date.now();
  const span = { from: to - Number(hours) * HOUR, to, step: history.step * 1_000 };
  const points = history.points.map((point) => ({ ...point, time: Date.parse(point.at) }));
  return (
    <section>
      <p class="hint">{t('metricsHint')}</p>
      <Segments
        name="hours"
        label={t('timeSpan')}
        segments={HOURS.map((value) => ({ value, text: t('hoursSpan', { n: Number(value) }) }))}
        value={hours}
        onInput={setHours}
      />
      <div class="plots">
        {PLOTS.map(({ name, title, format }) => (
          <Plot
            key={name}
            title={t(title)}
            points={points.flatMap(({ time, [name]: value }) => (value === undefined ? [] : [{ at: time, value }]))}
            format={format}
            {...span}
          />
        ))}
      </div>
    </section>
  );
}
