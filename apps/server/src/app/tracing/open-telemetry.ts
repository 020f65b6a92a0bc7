import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Facts, Span, Tracing } from '../../platform/kernel/tracing.ts'
import { version } from '../version.ts'

export interface Sampling {
  /** The share of the traces that begin here, from 0 to 1. */
  readonly ratio: number
  /** True if the caller decides: its requests are traced here if it traces them itself. */
  readonly followsCaller: boolean
}

export interface OpenTelemetryOptions {
  readonly tracesUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly sampling: Sampling
  /** Receives the result of each delivery: null if it succeeded. */
  readonly onDelivery: (error: Error | null) => void
}

const deliveryTimeoutMs = 10_000
/** Waiting spans take memory. The server drops spans above this number, so that no request waits. */
const spansWaitingMax = 2_048

/** This file loads the SDK, so it is imported only if a collector is configured. */
export class OpenTelemetry implements Tracing {
  readonly #provider: TracerProvider
  readonly #tracer: Tracer
  readonly #active = new AsyncLocalStorage<Context>()

  constructor({ tracesUrl, headers, serviceName, sampling, onDelivery }: OpenTelemetryOptions) {
    const exporter = new OTLPTraceExporter({
      url: tracesUrl,
      headers: { ...headers },
      timeoutMillis: deliveryTimeoutMs,
    })
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      sampler: samplerOf(sampling),
      spanProcessors: [
        new BatchSpanProcessor({ exporter: watched(exporter, onDelivery), maxQueueSize: spansWaitingMax }),
      ],
    })
    this.#tracer = this.#provider.getTracer('proxima', version)
  }

  beginRequest(name: string, options: { traceparent: string | null; facts: Facts }): Span {
    const { traceparent, facts } = options
    const caller = traceparent === null ? null : parseTraceParent(traceparent)
    // Nothing else from the caller is passed on: `tracestate` and `baggage` can hold anything.
    const context =
      caller === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true })
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: { ...facts } }, context)
    return new ActiveSpan(span, context, this.#active)
  }

  beginStep(name: string, facts: Facts = {}): Span | null {
    const context = this.#active.getStore()
    if (context === undefined || trace.getSpan(context)?.isRecording() !== true) return null
    const kind = 'db.system.name' in facts ? SpanKind.CLIENT : SpanKind.INTERNAL
    const span = this.#tracer.startSpan(name, { kind, attributes: { ...facts } }, context)
    return new ActiveSpan(span, context, this.#active)
  }

  /** Delivers waiting spans. */
  async stop(): Promise<void> {
    await this.#provider.shutdown()
  }
}

class ActiveSpan implements Span {
  readonly #span: OtelSpan
  readonly #context: Context
  readonly #active: AsyncLocalStorage<Context>

  constructor(span: OtelSpan, parent: Context, active: AsyncLocalStorage<Context>) {
    this.#span = span
    this.#context = trace.setSpan(parent, span)
    this.#active = active
  }

  get traceId(): string {
    return this.#span.spanContext().traceId
  }

  rename(name: string): void {
    this.#span.updateName(name)
  }

  set(facts: Facts): void {
    this.#span.setAttributes({ ...facts })
  }

  mark(name: string): void {
    this.#span.addEvent(name)
  }

  run<T>(work: () => T): T {
    return this.#active.run(this.#context, work)
  }

  end(failure?: string): void {
    if (!this.#span.isRecording()) return
    if (failure !== undefined)
      this.#span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR })
    this.#span.end()
  }
}

function samplerOf({ ratio, followsCaller }: Sampling): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio)
  return followsCaller ? new ParentBasedSampler({ root }) : root
}

/** Reports the result of each export. The exporter itself only writes to a logger that no one reads. */
function watched(exporter: SpanExporter, onDelivery: (error: Error | null) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error ?? new Error('the collector accepted no traces')
        onDelivery(result.code === 0 ? null : failed)
        done(result)
      }),
    forceFlush: async () => await exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
