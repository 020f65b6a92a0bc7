import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { isLoopback } from '../../platform/config/url-parsers.ts'

type Settings = Pick<Config, 'env' | 'host' | 'metricsToken'>

/** This check sees a token. It cannot see if a proxy blocks `/metrics`. */
export function checkMetrics({ env, host, metricsToken }: Settings): readonly Finding[] {
  if (env === 'development' || metricsToken !== null) return []
  const isReachable = !isLoopback(host) && host !== '::1'
  return [
    {
      severity: isReachable ? 'warning' : 'note',
      code: 'metrics_open',
      summary: isReachable
        ? 'Anyone who reaches the server can read /metrics, which shows how many sign-ins succeed and fail, and which versions run.'
        : 'The server does not protect /metrics, so only a proxy can block it.',
      advice: 'Set PROXIMA_METRICS_TOKEN_FILE, and give Prometheus the same token.',
    },
  ]
}
