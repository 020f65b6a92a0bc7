import type { App } from '../../../platform/http/app.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { rangeOf, StatisticsQuery, StatisticsView, statisticsView } from './schema.ts'
import type { StatisticsService } from './service.ts'

export interface StatisticsRoutesOptions {
  readonly statistics: Pick<StatisticsService, 'compare'>
  readonly clock: Clock
}

export function statisticsRoutes(app: App, { clock, statistics }: StatisticsRoutesOptions): void {
  app.get(
    '/v1/statistics',
    {
      config: { access: { permission: 'statistics:read' } },
      schema: {
        operationId: 'getStatistics',
        summary: 'Show how many people there are, and what they do',
        description:
          'Figures of a range of time by day or by hour, and of the range of the same length before it. Days, weeks ' +
          'and months are those of UTC. Events are counted exactly, within about a second. The figures stay when ' +
          'events are deleted and accounts are erased.',
        tags: ['Administration'],
        querystring: StatisticsQuery,
        response: { 200: StatisticsView },
      },
    },
    async (request) => {
      const range = rangeOf(request.query, clock.now())
      return statisticsView(range.interval, await statistics.compare(range))
    },
  )
}
