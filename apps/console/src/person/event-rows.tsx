import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { detailOfEvent, markOfEvent, textOfEvent } from '../events/event-text.ts'
import { Icon } from '../kit/icon.tsx'
import { FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatDateTime, formatNumber } from '../kit/time.ts'

/** The last events about an account. */
export function EventRows({ accountId, limit }: { readonly accountId: string; readonly limit: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['events', 'of', accountId, limit],
    queryFn: async ({ signal }) =>
      (await proxima.auditEvents.list({ account_id: accountId, limit }, { signal }).page()).data,
  })
  if (error !== null) return <FailedPart title="Events could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines />
  if (data.length === 0) return <p className="card-body muted">Nothing has happened yet.</p>
  return (
    <ul className="rows">
      {data.map((event) => {
        const { icon, className } = markOfEvent(event)
        const detail = detailOfEvent(event)
        return (
          <li key={event.id} className="row">
            <span className={className}>
              <Icon name={icon} />
            </span>
            <div className="row-main">
              <p className="row-title">
                {textOfEvent(event)}
                {detail && `: ${detail.text.toLowerCase()}`}
              </p>
              <p className="row-note">
                {[formatDateTime(event.at), timesOf(event.occurrences), event.device, event.ip_address]
                  .filter(Boolean)
                  .join(', ')}
              </p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

function timesOf(occurrences: number): string | null {
  return occurrences > 1 ? `${formatNumber(occurrences)} times` : null
}
