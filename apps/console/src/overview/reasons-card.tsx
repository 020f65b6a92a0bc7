import { Link } from 'wouter'
import { formatNumber } from '../kit/time.ts'
import { wordsOf } from '../kit/words.ts'
import type { FiguresProps } from './figures.ts'
import { FiguresTable } from './figures-table.tsx'

export function ReasonsCard({ figures: { current, before }, compares }: FiguresProps) {
  const reasons = current.refused_by_reason
  const max = Math.max(1, ...reasons.map(({ count }) => count))
  const hrefOf = (reason: string) =>
    `~/console/events?${new URLSearchParams({ action: 'sign_in', reason, from: current.from, to: current.to })}`
  const earlier = (reason: string) =>
    before.refused_by_reason.find((each) => each.reason === reason)?.count ?? 0
  return (
    <section className="card">
      <div className="card-head">
        <h2>Why sign-ins were refused</h2>
        <p>
          {formatNumber(current.refused_sign_ins)} of{' '}
          {formatNumber(current.sign_ins + current.refused_sign_ins)}.
          {reasons.length > 0 && ' Choose one to see its events.'}
        </p>
      </div>
      {reasons.length === 0 ? (
        <p className="card-body muted">None was refused in this period.</p>
      ) : (
        <>
          <div className="card-body">
            <ul className="bars">
              {reasons.map(({ reason, count }) => (
                <li key={reason}>
                  <span>
                    <Link href={hrefOf(reason)}>{wordsOf(reason)}</Link>
                  </span>
                  <b className="num">{formatNumber(count)}</b>
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={(count / max) * 100} height="8" />
                  </svg>
                </li>
              ))}
            </ul>
          </div>
          <FiguresTable
            caption="Refused sign-ins by reason"
            head={compares ? ['Reason', 'This period', 'Before'] : ['Reason', 'This period']}
            rows={reasons.map(({ reason, count }) => [
              wordsOf(reason),
              formatNumber(count),
              ...(compares ? [formatNumber(earlier(reason))] : []),
            ])}
          />
        </>
      )}
    </section>
  )
}
