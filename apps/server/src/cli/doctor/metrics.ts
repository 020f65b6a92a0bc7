import type { Config } from '../../platform/config/load-config.ts'
import { isLoopback } from '../../platform/config/url-parsers.ts'
import type { Finding } from './finding.ts'

type Settings = Pick<Config, 'env' | 'host' | 'metricsToken'>

/** Whether a proxy keeps `/metrics` from the internet cannot be seen from here; a token can. */
export function checkMetrics({ env, host, metricsToken }: Settings): readonly Finding[] {
  if (env === 'development' || metricsToken !== null) return []
  const isReachable = !isLoopback(host) && host !== '::1'
  return [
    {
      severity: isReachable ? 'warning' : 'note',
      code: 'metrics_open',
      summary: isReachable
        ? 'Whoever reaches the server from other machines may read /metrics: how many sign in and fail, which versions run.'
        : 'Only the proxy can keep /metrics from the internet.',
      advice: 'Set PROXIMA_METRICS_TOKEN_FILE, and give Prometheus the same token.',
    },
  ]
}
