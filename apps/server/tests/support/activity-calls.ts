import { DemoRepository } from '../../src/features/administration/demo/repository.ts'
import { ActivityRepository } from '../../src/features/administration/statistics/activity/repository.ts'
import type { Call } from './owned-rows.ts'

const activity = new ActivityRepository()
const demo = new DemoRepository()

/** Calls of the activity of people, and of made-up people, that find or change something of their owner, and nothing of anyone else. */
export const activityCalls: Record<string, Call> = {
  'ActivityRepository.deleteByAccount': (db, { id }) => activity.deleteByAccount(db, id),
  'ActivityRepository.find': async (db, { id, at }) => [
    ...(await activity.find(db, [id], { period: 'day', startsAt: at.getTime() })),
  ],
  'DemoRepository.deletePeople': (db, { id }) => demo.deletePeople(db, [id]),
  'DemoRepository.withEvents': async (db, { id }) => [...(await demo.withEvents(db, [id]))],
  'ActivityRepository.lockExisting': (db, { id }) => activity.lockExisting(db, [id]),
}
