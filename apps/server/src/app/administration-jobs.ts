import type { Logger } from 'pino'
import { JobRunner } from '../features/administration/users/jobs/runner.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { RepeatingJob } from './repeating-job.ts'
import type { Services } from './wire.ts'

/** How long this server does not notice a suspension or a job of another one. */
const pollMs = 30_000

/** Suspensions that end by themselves, actions on many accounts, and a look at the hashes that an import has left. */
export function administrationJobsOf(
  services: Services,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): readonly RepeatingJob[] {
  const { administration, audit, db, jobActions, jobs, passwords, userJobs, userSearch } = services
  const onFault = (error: unknown) =>
    logger.error({ err: error }, 'an account of a job was skipped because of a fault of the server')
  const runner = new JobRunner({ db, audit, clock, actions: jobActions, jobs, userSearch, onFault })
  const shared = { clock, logger, pollMs }
  const suspensions = new RepeatingJob({
    ...shared,
    what: 'lift the suspensions that have ended',
    run: () => administration.liftEnded(),
  })
  const userJobsWork = new RepeatingJob({
    ...shared,
    what: 'work on the jobs of administrators',
    run: async (stopping) => {
      await runner.runDue(stopping)
      return null
    },
  })
  const hashes = new RepeatingJob({
    ...shared,
    what: 'find out which imported password hashes are still in use',
    run: async () => {
      await passwords.balance()
      return null
    },
  })
  administration.onEndSet(() => suspensions.wake())
  userJobs.onJobWaiting(() => userJobsWork.wake())
  return [suspensions, userJobsWork, hashes]
}
