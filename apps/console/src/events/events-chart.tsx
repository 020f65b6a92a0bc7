import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatNumber } from '../kit/time.ts'
import { TimeChart } from '../kit/time-chart.tsx'
import type { EventFilter, useEventFilter } from './filter.ts'

const dayMs = 86_400_000
const days = 7

interface EventsChartProps {
  readonly filter: EventFilter
  readonly change: ReturnType<typeof useEventFilter>['change']
}

/** The attempts to sign in of the last days, to find an unusual hour and to choose it. */
export function EventsChart({ change }: EventsChartProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['statistics', 'hours'],
    queryFn: ({ signal }) => {
      const to = new Date()
      const from = new Date(to.getTime() - days * dayMs)
      return proxima.statistics.get(
        { from: from.toISOString(), to: to.toISOString(), interval: 'hour' },
        { signal },
      )
    },
    staleTime: 60_000,
  })
  const { sign_ins = 0, refused_sign_ins = 0, series = [] } = data?.current ?? {}
  const label = `Sign-ins by hour in the last ${days} days: ${formatNumber(sign_ins)}, and ${formatNumber(refused_sign_ins)} refused`
  return (
    <section className="card" aria-label="Sign-ins over time">
      {error !== null && <FailedPart title="The figures could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data && (
        <div className="card-body">
          <div className="between">
            <ul className="legend">
              <li>
                Sign-ins <b>{formatNumber(sign_ins)}</b>
              </li>
              <li className="k2">
                Refused <b>{formatNumber(refused_sign_ins)}</b>
              </li>
            </ul>
            <span className="muted">Drag to choose a time, or choose it above</span>
          </div>
          <TimeChart
            label={label}
            isHourly
            times={series.map(({ starts_at }) => starts_at)}
            series={[
              { name: 'sign-ins', values: series.map((step) => step.sign_ins), kind: 'bar', color: '--c1' },
              {
                name: 'refused',
                values: series.map((step) => step.refused_sign_ins),
                kind: 'bar',
                color: '--c2',
              },
            ]}
            choose={(from, to) => change({ from: from.toISOString(), to: to.toISOString() })}
          />
        </div>
      )}
    </section>
  )
}
