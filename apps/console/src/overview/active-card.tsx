import { useState } from 'react'
import { formatNumber, formatShort } from '../kit/time.ts'
import { TimeChart } from '../kit/time-chart.tsx'
import type { FiguresProps } from './figures.ts'
import { meanOf } from './figures.ts'
import { FiguresTable } from './figures-table.tsx'

const units = [
  { unit: 'day', text: 'Day' },
  { unit: 'week', text: 'Week' },
  { unit: 'month', text: 'Month' },
] as const

export function ActiveCard({ figures: { current, before }, compares }: FiguresProps) {
  const [unit, setUnit] = useState<(typeof units)[number]['unit']>('day')
  const [now, then] = [current.active[unit], before.active[unit]]
  const times = now.map(({ starts_at }) => starts_at)
  const values = now.map(({ people }) => people)
  // Aligned at the end: the last day stands above the last day of the period before.
  const earlier = now.map((_, index) => then[then.length - now.length + index]?.people ?? null)
  const mean = formatNumber(meanOf(values))
  const label = `Active people by ${unit}: ${mean} on average, at most ${formatNumber(Math.max(0, ...values))}`
  return (
    <section className="card" aria-labelledby="active">
      <div className="card-head between">
        <div>
          <h2 id="active">Active people</h2>
          <p>Signed in or used a session in that {unit}, by UTC</p>
        </div>
        <nav className="seg" aria-label="Count by">
          {units.map((each) => (
            <button
              key={each.unit}
              type="button"
              {...(each.unit === unit && { 'aria-current': 'true' as const })}
              onClick={() => setUnit(each.unit)}
            >
              {each.text}
            </button>
          ))}
        </nav>
      </div>
      <div className="card-body">
        <ul className="legend">
          <li>
            This period{' '}
            <b>
              {mean} a {unit}
            </b>
          </li>
          {compares && (
            <li className="dash">
              Before{' '}
              <b>
                {formatNumber(meanOf(then.map(({ people }) => people)))} a {unit}
              </b>
            </li>
          )}
        </ul>
        <TimeChart
          label={label}
          times={times}
          series={[
            { name: 'active', values, kind: 'line', color: '--c1' },
            ...(compares
              ? [{ name: 'before', values: earlier, kind: 'before', color: '--c5' } as const]
              : []),
          ]}
        />
      </div>
      <FiguresTable
        caption={`Active people by ${unit}`}
        head={['From', 'This period', 'Before']}
        rows={now.map(({ starts_at, people }, index) => [
          formatShort(starts_at, false),
          formatNumber(people),
          earlier[index] === null ? '–' : formatNumber(earlier[index] ?? 0),
        ])}
      />
    </section>
  )
}
