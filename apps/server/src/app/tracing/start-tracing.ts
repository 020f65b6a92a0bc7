import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Config } from '../../platform/config/load-config.ts'
import type { Tracing } from '../../platform/kernel/tracing.ts'

export interface RunningTracing extends Tracing {
  /** Delivers waiting traces, within a time limit. */
  stop(): Promise<void>
}

const stopMaxMs = 2_000

/** Returns null if no collector is configured. The SDK of OpenTelemetry is then not loaded. */
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
    // A collector that is down must not keep the process alive. The traces that it did not accept are lost.
    stop: async () => {
      const stopped = new AbortController()
      const late = setTimeout(stopMaxMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      await Promise.race([tracing.stop().catch(() => undefined), late])
      stopped.abort()
    },
  }
}

/** The names are those of the specification. `parentbased_` follows the caller; the rest applies to new traces. */
function samplingOf({ tracesSampler, tracesSamplerRatio }: Config) {
  const followsCaller = tracesSampler.startsWith('parentbased_')
  if (tracesSampler.endsWith('always_on')) return { ratio: 1, followsCaller }
  return { ratio: tracesSampler.endsWith('always_off') ? 0 : tracesSamplerRatio, followsCaller }
}

// Logs the first failure and the recovery, not every delivery.
function deliveryLog(logger: Logger): (error: Error | null) => void {
  let isFailing = false
  return (error) => {
    if (error !== null && !isFailing)
      logger.warn({ err: error }, 'traces cannot be delivered; requests continue, and their traces are lost')
    if (error === null && isFailing) logger.info('traces are delivered again')
    isFailing = error !== null
  }
}
