import type { Engine } from '../platform/database/engine.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import { watchEventLoop } from './event-loop.ts'
import type { Services } from './wire.ts'

/** Adds the metrics that are read from parts of the server. @returns a function that stops it */
export function watch(
  metrics: Metrics,
  { anomalies, queue }: Pick<Services, 'anomalies' | 'queue'>,
  engine: Engine,
  lostLogLines = () => 0,
): () => void {
  metrics.addCounter(
    'proxima_log_lines_lost_total',
    'Lines of the log that could not be written',
    lostLogLines,
  )
  metrics.addGauge(
    'proxima_sign_in_anomaly',
    '1 while passwords are tried on many accounts from many networks',
    () => (anomalies.isActive ? 1 : 0),
  )
  metrics.addCounter(
    'proxima_sign_in_anomalies_total',
    'How often passwords began to be tried on many accounts from many networks',
    () => anomalies.count,
  )
  metrics.addGauge('proxima_password_queue_depth', 'Passwords that wait to be hashed', () => queue.depth)
  metrics.addGauge('proxima_password_queue_running', 'Passwords that are being hashed', () => queue.running)
  const pool = () => engine.poolUse()
  metrics.addGauge(
    'proxima_database_connections_in_use',
    'Connections in use by a request',
    () => pool().inUse,
  )
  metrics.addGauge(
    'proxima_database_connections_idle',
    'Connections that are open and idle',
    () => pool().idle,
  )
  metrics.addGauge('proxima_database_connections_max', 'The maximum number of connections', () => pool().max)
  metrics.addGauge('proxima_database_waiting', 'Requests that wait for a connection', () => pool().waiting)
  return watchEventLoop(metrics.observeLoopDelay)
}
