import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { useTitle } from '../kit/use-title.ts'
import { ActiveCard } from './active-card.tsx'
import { FirstSteps } from './first-steps.tsx'
import { MessagesCard } from './messages-card.tsx'
import { MethodsCard } from './methods-card.tsx'
import { ReasonsCard } from './reasons-card.tsx'
import { Stats } from './stats.tsx'

const ranges = [7, 30, 90] as const
const dayMs = 86_400_000

export function OverviewView() {
  useTitle('Overview')
  const { may } = useAdministrator()
  const { days, compares, change } = useRange()
  return (
    <>
      <div className="bar between">
        <h1>Overview</h1>
        <div className="bar">
          <nav className="seg" aria-label="Range">
            {ranges.map((each) => (
              <button
                key={each}
                type="button"
                {...(each === days && { 'aria-current': 'true' as const })}
                onClick={() => change(each, compares)}
              >
                {each} days
              </button>
            ))}
          </nav>
          <button
            className={compares ? 'chip chip-on' : 'chip'}
            type="button"
            aria-pressed={compares}
            onClick={() => change(days, !compares)}
          >
            {compares && <Icon name="check" />}
            Compare
          </button>
        </div>
      </div>
      {may('settings:read') && <FirstSteps />}
      <Figures days={days} compares={compares} showMore={() => change(90, compares)} />
    </>
  )
}

function useRange() {
  const [params, setParams] = useSearchParams()
  const days = ranges.find((each) => String(each) === params.get('days')) ?? 30
  const compares = params.get('compare') !== 'no'
  const change = (nextDays: number, nextCompares: boolean) =>
    setParams({ days: String(nextDays), ...(!nextCompares && { compare: 'no' }) })
  return { days, compares, change }
}

interface RangeProps {
  readonly days: number
  readonly compares: boolean
  readonly showMore: () => void
}

function Figures({ days, compares, showMore }: RangeProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['statistics', days],
    queryFn: ({ signal }) => {
      const to = new Date()
      const from = new Date(to.getTime() - (days - 1) * dayMs)
      return proxima.statistics.get(
        { from: from.toISOString(), to: to.toISOString(), interval: 'day' },
        { signal },
      )
    },
    placeholderData: (before) => before,
  })
  if (error !== null)
    return <FailedPart title="The figures could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines lines={12} />
  const { sign_ins, refused_sign_ins, sign_ups } = data.current
  return (
    <>
      <Stats figures={data} compares={compares} />
      {sign_ins + refused_sign_ins + sign_ups === 0 ? (
        <section className="card">
          <Empty
            icon="overview"
            title={`No sign-ins in these ${days} days`}
            action={
              days < 90 && (
                <button className="btn btn-secondary" type="button" onClick={showMore}>
                  Show 90 days
                </button>
              )
            }
          >
            Charts appear with the first one.
          </Empty>
        </section>
      ) : (
        <ActiveCard figures={data} compares={compares} />
      )}
      <div className="grid cols-2">
        <MethodsCard figures={data} compares={compares} />
        <ReasonsCard figures={data} compares={compares} />
        <MessagesCard figures={data} compares={compares} />
      </div>
    </>
  )
}
