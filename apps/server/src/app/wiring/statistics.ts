import { ActivityRepository } from '../../features/administration/statistics/activity/repository.ts'
import { ActivityService } from '../../features/administration/statistics/activity/service.ts'
import { CountingService } from '../../features/administration/statistics/counting/service.ts'
import { StatisticsRepository } from '../../features/administration/statistics/repository.ts'
import { StatisticsService } from '../../features/administration/statistics/service.ts'
import type { Platform } from './platform.ts'

export type Statistics = ReturnType<typeof wireStatistics>

/** Needs only the database. It is wired before the records, because they count what happens. */
export function wireStatistics({ clock, db }: Platform) {
  const statistics = new StatisticsRepository()
  const activity = new ActivityService({ db, clock, statistics, activity: new ActivityRepository() })
  return {
    activity,
    counting: new CountingService({ db, clock, statistics, activity }),
    statistics: new StatisticsService({ db, clock, statistics }),
  }
}
