import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { formatNumber } from '../kit/time.ts'
import type { FiguresProps } from './figures.ts'
import { changeOf, refusedShare } from './figures.ts'
import { Spark } from './spark.tsx'

/** The numbers of the period, each with its change and its course. */
export function Stats({ figures: { current, before }, compares }: FiguresProps) {
  const { series } = current
  const signIns = `~/console/events?action=sign_in&from=${current.from}&to=${current.to}`
  const [share, shareBefore] = [refusedShare(current), refusedShare(before)]
  return (
    <div className="grid stats">
      <Stat
        title="People"
        value={formatNumber(current.people)}
        href="~/console/people"
        change={compares && changeOf(current.people, before.people)}
        points={series.map(({ people }) => people)}
      />
      <Stat
        title="New"
        value={formatNumber(current.sign_ups)}
        href={`~/console/events?action=registration&from=${current.from}&to=${current.to}`}
        change={compares && changeOf(current.sign_ups, before.sign_ups)}
        points={series.map(({ sign_ups }) => sign_ups)}
      />
      <Stat
        title="Sign-ins"
        value={formatNumber(current.sign_ins)}
        href={`${signIns}&outcome=success`}
        change={compares && changeOf(current.sign_ins, before.sign_ins)}
        points={series.map(({ sign_ins }) => sign_ins)}
      />
      <Stat
        title="Refused"
        value={share === null ? '–' : `${share.toFixed(1)} %`}
        href={`${signIns}&outcome=failure`}
        change={compares && share !== null && shareBefore !== null && pointsOf(share - shareBefore)}
        points={series.map((step) => refusedShare(step) ?? 0)}
      />
    </div>
  )
}

function pointsOf(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)} points`
}

interface StatProps {
  readonly title: string
  readonly value: string
  readonly href: string
  readonly change: ReactNode
  readonly points: readonly number[]
}

function Stat({ title, value, href, change, points }: StatProps) {
  return (
    <Link className="card stat" href={href}>
      <span className="muted">{title}</span>
      <b>{value}</b>
      <span className="small">
        {change ? (
          <>
            {change} <span className="muted">on before</span>
          </>
        ) : (
          <span className="muted">&nbsp;</span>
        )}
      </span>
      <Spark points={points} />
    </Link>
  )
}
