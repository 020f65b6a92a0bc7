import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** In seconds. A sign-in takes tens of milliseconds, everything else a few. */
const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

let processRegistry: Registry | null = null

/** The metrics of the process. The observers behind them never end, so they must not hold a server that has stopped. */
function processMetrics(): Registry {
  if (processRegistry === null) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry })
  }
  return processRegistry
}

export interface MetricsOptions {
  readonly version: string
}

/** The metrics for Prometheus. No label identifies a person: no ids, no addresses, no paths. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  readonly #refusals: Counter<'code'>
  readonly #events: Counter<'action' | 'method' | 'outcome'>
  readonly #messages: Counter<'channel' | 'outcome'>
  readonly #withheld: Counter<'channel' | 'reason'>
  readonly #webhooks: Counter<'outcome'>
  readonly #webhookStops: Counter<'reason'>
  readonly #hashWait: Histogram
  readonly #loopDelay: Histogram

  constructor({ version }: MetricsOptions) {
    // Counts from the start on, not from the first time that someone reads them.
    processMetrics()
    const registers = [this.#registry]
    this.#requests = new Histogram({
      name: 'proxima_http_request_duration_seconds',
      help: 'Duration of requests, by the pattern of their route',
      labelNames: ['method', 'route', 'status'],
      buckets: latencyBuckets,
      registers,
    })
    this.#refusals = new Counter({
      name: 'proxima_refusals_total',
      help: 'Refused requests, by problem code',
      labelNames: ['code'],
      registers,
    })
    this.#events = new Counter({
      name: 'proxima_authentication_events_total',
      help: 'Authentication events, by action, method and outcome',
      labelNames: ['action', 'method', 'outcome'],
      registers,
    })
    this.#messages = new Counter({
      name: 'proxima_message_attempts_total',
      help: 'Attempts to deliver a message, by channel and outcome',
      labelNames: ['channel', 'outcome'],
      registers,
    })
    this.#withheld = new Counter({
      name: 'proxima_messages_withheld_total',
      help: 'Messages that were withheld, by channel and reason',
      labelNames: ['channel', 'reason'],
      registers,
    })
    this.#webhooks = new Counter({
      name: 'proxima_webhook_attempts_total',
      help: 'Attempts to send an event to another service, by outcome',
      labelNames: ['outcome'],
      registers,
    })
    this.#webhookStops = new Counter({
      name: 'proxima_webhook_stops_total',
      help: 'Webhooks to which the server has stopped to send, by reason',
      labelNames: ['reason'],
      registers,
    })
    // So that the first failure is seen as an increase.
    for (const outcome of ['delivered', 'failed', 'dead']) this.#webhooks.inc({ outcome }, 0)
    for (const reason of ['gone', 'failed']) this.#webhookStops.inc({ reason }, 0)
    this.#hashWait = new Histogram({
      name: 'proxima_password_hash_wait_seconds',
      help: 'Time that passwords wait in the queue before they are hashed',
      buckets: latencyBuckets,
      registers,
    })
    this.#loopDelay = new Histogram({
      name: 'proxima_event_loop_delay_seconds',
      help: 'Time that a new event waits until the process handles it',
      buckets: latencyBuckets,
      registers,
    })
    const build = new Gauge({
      name: 'proxima_build_info',
      help: 'Always 1; the labels name the running version',
      labelNames: ['version', 'node'],
      registers,
    })
    build.set({ version, node: process.versions.node }, 1)
  }

  readonly countEvent = (action: string, method: string | null, outcome: string): void => {
    this.#events.inc({ action, method: method ?? 'none', outcome })
  }

  readonly countMessage = (channel: string, outcome: string): void => {
    this.#messages.inc({ channel, outcome })
  }

  readonly countWithheld = (channel: string, reason: string): void => {
    this.#withheld.inc({ channel, reason })
  }

  readonly countWebhook = (outcome: string, stopped: string | null): void => {
    this.#webhooks.inc({ outcome })
    if (stopped !== null) this.#webhookStops.inc({ reason: stopped })
  }

  readonly observeHashWait = (seconds: number): void => {
    this.#hashWait.observe(seconds)
  }

  readonly observeLoopDelay = (seconds: number): void => {
    this.#loopDelay.observe(seconds)
  }

  /** Adds a gauge that is read at each scrape. */
  addGauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    })
  }

  /** Adds a counter that is read at each scrape. */
  addCounter(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        counter.reset()
        counter.inc(read())
      },
    })
  }

  observeRequests(app: FastifyInstance): void {
    app.addHook('onResponse', ({ method, routeOptions }, reply, done) => {
      const labels = { method, route: routeOptions.url ?? 'unknown', status: reply.statusCode }
      this.#requests.observe(labels, reply.elapsedTime / 1_000)
      if (reply.problemCode !== null) this.#refusals.inc({ code: reply.problemCode })
      done()
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return Registry.merge([processMetrics(), this.#registry]).metrics()
  }
}
