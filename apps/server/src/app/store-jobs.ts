import type { Logger } from 'pino'
import { checkpointIntervalMs } from '../features/administration/audit-trail/checkpoints/service.ts'
import { activityIntervalMs } from '../features/administration/statistics/activity/service.ts'
import { foldIntervalMs } from '../features/administration/statistics/counting/service.ts'
import { noteIntervalMs } from '../features/authentication/new-sign-ins/model.ts'
import { usedIntervalMs } from '../features/authenticators/api-keys/model.ts'
import { sumsIntervalMs } from '../features/safeguards/audit/model.ts'
import { seenIntervalMs } from '../features/session-management/sessions/expiry.ts'
import type { Readiness } from './readiness.ts'
import { SealingJob } from './sealing-job.ts'
import { StoreJob } from './store-job.ts'
import type { Services } from './wire.ts'

/** What is kept in memory for a while, because one write for all of it costs less. */
export function flushesOf(
  { activity, apiKeyUses, audit, lastSeen, newSignIns }: Services,
  logger: Logger,
): readonly StoreJob[] {
  return [
    new StoreJob({
      failure: 'the database could not store when sessions were last used',
      store: () => lastSeen.flush(),
      intervalMs: seenIntervalMs,
      logger,
    }),
    new StoreJob({
      failure: 'the database could not store when API keys were last used',
      store: () => apiKeyUses.flush(),
      intervalMs: usedIntervalMs,
      logger,
    }),
    new StoreJob({
      failure: 'the database could not store who was active',
      store: () => activity.flush(),
      intervalMs: activityIntervalMs,
      logger,
    }),
    new StoreJob({
      failure: 'the database could not store from where people sign in',
      store: () => newSignIns.flush(),
      intervalMs: noteIntervalMs,
      logger,
    }),
    new StoreJob({
      failure: 'the database could not store the sums of refusals',
      store: () => audit.storeSums(),
      intervalMs: sumsIntervalMs,
      logger,
    }),
  ]
}

/** What makes the events of the audit trail a chain, and counts what happens. */
export function chainOf(
  { audit, checkpoints, counting, sealing }: Services,
  readiness: Readiness,
  logger: Logger,
) {
  return [
    new SealingJob({ sealing, audit, isPrepared: () => readiness.isPrepared, logger }),
    new StoreJob({
      failure: 'a checkpoint of the audit trail could not be kept',
      store: async () => {
        if (readiness.isPrepared) await checkpoints.keep()
      },
      intervalMs: checkpointIntervalMs,
      logger,
    }),
    new StoreJob({
      failure: 'the database could not add up what happened',
      store: async () => {
        if (readiness.isPrepared) await counting.fold()
      },
      intervalMs: foldIntervalMs,
      logger,
    }),
  ]
}
