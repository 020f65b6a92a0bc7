import type { DatabaseSync } from 'node:sqlite'
import { AccountEventsRepository } from './account-events/repository.ts'
import { AccountEventsService } from './account-events/service.ts'
import { ActivitiesRepository } from './activities/repository.ts'
import { ActivitiesService } from './activities/service.ts'
import { inTransaction } from './database/open-database.ts'
import { MomentsRepository } from './moments/repository.ts'
import { MomentsService } from './moments/service.ts'

export interface Services {
  readonly activities: ActivitiesService
  readonly moments: MomentsService
  readonly accountEvents: AccountEventsService
}

/** Connects the services to the database. They know nothing of HTTP. */
export function buildServices(database: DatabaseSync, now: () => Date): Services {
  const activitiesRepository = new ActivitiesRepository(database)
  const activities = new ActivitiesService({ activities: activitiesRepository, now })
  return {
    activities,
    moments: new MomentsService({ moments: new MomentsRepository(database), activities, now }),
    accountEvents: new AccountEventsService({
      events: new AccountEventsRepository(database),
      activities: activitiesRepository,
      inTransaction: (work) => inTransaction(database, work),
      now,
    }),
  }
}
