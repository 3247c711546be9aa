/** Metrics of prom-client whose values are read from plain numbers on a scrape. */
import { Counter, Gauge, type Metric, type Registry } from 'prom-client';
import type { Distribution } from '../distribution.ts';

export type Sample = { readonly labels?: Record<string, string>; readonly value: number };
type Spread = { readonly labels: Record<string, string>; readonly values: Distribution };

export type Meters = {
  counter(name: string, help: string, labelNames: readonly string[], read: () => readonly Sample[]): void;
  gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => readonly Sample[] | Promise<readonly Sample[]>,
  ): void;
  histogram(name: string, help: string, read: () => readonly Spread[]): void;
};

export function createMeters(registry: Registry): Meters {
  const registers = [registry];

  return {
    counter: (name, help, labelNames, read): void => {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.inc(labels ?? {}, value);
        },
      });
    },

    gauge: (name, help, labelNames, read): void => {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        async collect() {
          const samples = await read();
          this.reset();
          for (const { labels, value } of samples) this.set(labels ?? {}, value);
        },
      });
    },

    histogram: (name, help, read): void => {
      const values = () => read().flatMap((spread) => samplesOf(name, spread));
      const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() });
      // Converts on scrape; prom-client's histogram would need every value when it is observed.
      registry.registerMetric({ name, help, type: 'histogram', aggregator: 'sum', get } as unknown as Metric);
    },
  };
}

function samplesOf(name: string, { labels, values }: Spread) {
  const upTo = cumulated(values.counts);
  const count = upTo.at(-1) as number;
  const bounds = [...values.bounds.map(String), '+Inf'];
  return [
    ...bounds.map((le, index) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: upTo[index] })),
    { metricName: `${name}_sum`, labels, value: values.sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

function cumulated(counts: readonly number[]): number[] {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum;
  });
}
