import { methodText } from '../events/event-text.ts'
import { formatNumber, formatShort } from '../kit/time.ts'
import { TimeChart } from '../kit/time-chart.tsx'
import type { FiguresProps } from './figures.ts'
import { FiguresTable } from './figures-table.tsx'

/** The largest ones; the rest is shown together. */
const shownMax = 4
const colors = ['--c1', '--c3', '--c2', '--c4', '--c5'] as const
const classes = ['', 'k3', 'k2', 'k4', 'k5'] as const

export function MethodsCard({ figures: { current } }: FiguresProps) {
  const shown = current.sign_ins_by_method.slice(0, shownMax).map(({ method }) => method)
  const countIn = (
    counts: readonly { readonly method: string; readonly count: number }[],
    method: string | null,
  ) =>
    counts
      .filter((each) => (method === null ? !shown.includes(each.method) : each.method === method))
      .reduce((sum, { count }) => sum + count, 0)
  const groups: (string | null)[] = current.sign_ins_by_method.length > shownMax ? [...shown, null] : shown
  const named = groups.map((method, index) => ({
    name: method === null ? 'Other' : methodText(method),
    total: countIn(current.sign_ins_by_method, method),
    values: current.series.map((step) => countIn(step.sign_ins_by_method, method)),
    color: colors[index] ?? '--c5',
    className: classes[index] ?? 'k5',
  }))
  const times = current.series.map(({ starts_at }) => starts_at)
  const label = `Sign-ins by method: ${named.map(({ name, total }) => `${name} ${formatNumber(total)}`).join(', ')}`
  return (
    <section className="card">
      <div className="card-head">
        <h2>Sign-ins by method</h2>
      </div>
      {named.length === 0 ? (
        <p className="card-body muted">No sign-ins in this period.</p>
      ) : (
        <>
          <div className="card-body">
            <ul className="legend">
              {named.map(({ name, total, className }) => (
                <li key={name} className={className}>
                  {name} <b>{formatNumber(total)}</b>
                </li>
              ))}
            </ul>
            <TimeChart
              label={label}
              times={times}
              series={named.map(({ name, values, color }) => ({ name, values, color, kind: 'bar' }))}
            />
          </div>
          <FiguresTable
            caption="Sign-ins by day and method"
            head={['Day', ...named.map(({ name }) => name)]}
            rows={times.map((time, index) => [
              formatShort(time, false),
              ...named.map(({ values }) => formatNumber(values[index] ?? 0)),
            ])}
          />
        </>
      )}
    </section>
  )
}
