import type { Logger } from 'pino'
import { recordIntervalMs } from '../features/safeguards/rate-limits/anomalies/model.ts'
import { StoreJob } from './store-job.ts'
import type { Services } from './wire.ts'

/** Records in the trail and in the log when an anomaly begins and when it ends. */
export function anomalyJobOf({ anomalies }: Pick<Services, 'anomalies'>, logger: Logger): StoreJob {
  return new StoreJob({
    failure: 'the database could not store that passwords are tried on many accounts',
    store: async () => {
      const change = await anomalies.record()
      if (change !== null) logger.warn(change, change.isActive ? anomalyBegins : anomalyEnds)
    },
    intervalMs: recordIntervalMs,
    logger,
  })
}

const anomalyBegins =
  'passwords are tried on many accounts from many networks: see PROXIMA_SPRAY_RESPONSE for a stricter limit'
const anomalyEnds = 'passwords are no longer tried on many accounts from many networks'
