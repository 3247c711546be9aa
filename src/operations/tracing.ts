/**
 * OpenTelemetry tracing, if configured: a span per request and per committed batch. The packages are loaded only then,
 * and nothing is registered globally, so servers in one process stay independent.
 */
import type { IncomingMessage } from 'node:http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Committed } from '../core/load.ts';
import type { WriteOnceAMinute } from '../limits/once-a-minute.ts';

export type TracingOptions = {
  readonly url: string;
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sampling ratio of traces that begin here; traces begun by a proxy keep its decision. */
  readonly share: number;
};

export type TracingParts = {
  readonly version: string;
  readonly trusts: (address: string | undefined) => boolean;
  readonly write: WriteOnceAMinute;
};

export type RequestSpan = { end(status: number): void };

export type Tracing = {
  request(request: IncomingMessage, about: { id: string; route: string }): RequestSpan;
  committed(batch: Committed): void;
  /** Flushes the remaining spans, within a deadline. */
  close(): Promise<void>;
};

/** How long the final flush may take, in ms. */
const CLOSE_DEADLINE = 1_000;
/** How long an export may take, in ms. */
const EXPORT_DEADLINE = 5_000;

/** @throws an Error with a clear message if the packages are not installed */
export async function openTracing(options: TracingOptions, { version, trusts, write }: TracingParts): Promise<Tracing> {
  const { api, sdk, resources, core, exporter } = await loadPackages();
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, defaultTextMapGetter } = api;
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': options.service, 'service.version': version }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(options.share) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: reportingExporter(
          new exporter.OTLPTraceExporter({
            url: options.url,
            headers: { ...options.headers },
            timeoutMillis: EXPORT_DEADLINE,
          }),
          (reason) => write('tracing', `spans were lost: the export to ${new URL(options.url).host} failed: ${reason}`),
        ),
      }),
    ],
  });
  const tracer = provider.getTracer('koine', version);
  const propagator = new core.W3CTraceContextPropagator();

  return {
    request: (request, { id, route }) => {
      const parent = trusts(request.socket.remoteAddress)
        ? propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
        : ROOT_CONTEXT;
      const attributes = { 'http.request.method': request.method ?? '', 'http.route': route, 'koine.request_id': id };
      const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
      return {
        end: (status) => {
          span.setAttribute('http.response.status_code', status);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    committed: ({ lane, size, from, to }) => {
      const attributes = { 'koine.lane': lane, 'koine.batch_size': size };
      tracer.startSpan(`commit ${lane}`, { kind: SpanKind.CLIENT, attributes, startTime: from }, ROOT_CONTEXT).end(to);
    },
    close: async () => {
      const deadline = new Promise((resolve) => setTimeout(resolve, CLOSE_DEADLINE).unref());
      await Promise.race([provider.shutdown().catch(() => {}), deadline]);
    },
  };
}

/** Reports failed exports, which the exporter itself does not. */
function reportingExporter(exporter: SpanExporter, failed: (reason: string) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { message = '', code = '' } = (result.error ?? {}) as { message?: string; code?: string };
        if (result.code !== 0) failed(message || code || 'no reason given');
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

async function loadPackages() {
  try {
    const [api, sdk, resources, core, exporter] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ]);
    return { api, sdk, resources, core, exporter };
  } catch (cause) {
    throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT needs the optional packages: run npm ci without --omit=optional', {
      cause,
    });
  }
}
