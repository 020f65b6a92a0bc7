import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../../platform/config/load-config.ts'
import type { Tracing } from '../../platform/kernel/tracing.ts'

export interface RunningTracing extends Tracing {
  /** Delivers what is waiting, within a bound. */
  stop(): Promise<void>
}

const stopMaxMs = 2_000

/**
 * Null where no collector is configured; then nothing of OpenTelemetry's SDK is loaded.
 */
export async function startTracing(config: Config, logger: Logger): Promise<RunningTracing | null> {
  const { otlpEndpoint } = config
  if (otlpEndpoint === null) return null
  const { OpenTelemetry } = await import('./open-telemetry.ts')
  const tracing = new OpenTelemetry({
    tracesUrl: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces`,
    headers: config.otlpHeaders ?? {},
    serviceName: config.tracesServiceName,
    sampling: samplingOf(config),
    onDelivery: deliveryLog(logger),
  })
  return {
    beginRequest: (name, options) => tracing.beginRequest(name, options),
    beginStep: (name, facts) => tracing.beginStep(name, facts),
    // A collector that is gone must not keep the process: what it did not take is lost.
    stop: async () => {
      const stopped = new AbortController()
      const late = setTimeout(stopMaxMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      await Promise.race([tracing.stop().catch(() => undefined), late])
      stopped.abort()
    },
  }
}

/** The names of the specification: `parentbased_` heeds the caller, and what follows says what begins here. */
function samplingOf({ tracesSampler, tracesSamplerRatio }: Config) {
  const heedsCaller = tracesSampler.startsWith('parentbased_')
  if (tracesSampler.endsWith('always_on')) return { ratio: 1, heedsCaller }
  return { ratio: tracesSampler.endsWith('always_off') ? 0 : tracesSamplerRatio, heedsCaller }
}

// Once when it begins to fail and once when it is over, not at every delivery.
function deliveryLog(logger: Logger): (error: Error | null) => void {
  let isFailing = false
  return (error) => {
    if (error !== null && !isFailing)
      logger.warn({ err: error }, 'traces cannot be delivered; requests go on, and their traces are lost')
    if (error === null && isFailing) logger.info('traces are delivered again')
    isFailing = error !== null
  }
}
