import type { TrailEvent } from '@proxima/client'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { ScrollBox } from '../kit/scroll-box.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatMoment, formatNumber } from '../kit/time.ts'
import { AccountName } from './account-name.tsx'
import { EventDetails } from './event-details.tsx'
import { detailOfEvent, textOfEvent } from './event-text.ts'
import { type EventFilter, queryOf } from './filter.ts'

interface EventsListProps {
  readonly filter: EventFilter
  readonly isLive: boolean
}

const liveMs = 2_000

/** The events, newest first, and beside them the one that is chosen. */
export function EventsList({ filter, isLive }: EventsListProps) {
  const [chosenId, choose] = useChosenId()
  const { data, error, refetch, fetchNextPage, hasNextPage } = useInfiniteQuery({
    queryKey: ['events', filter],
    queryFn: ({ pageParam, signal }) =>
      proxima.auditEvents.list({ ...queryOf(filter), limit: 30 }, { signal }).page(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: isLive && liveMs,
  })
  const events = data?.pages.flatMap((page) => page.data) ?? []
  const chosen = useEvent(chosenId, events)
  if (error !== null && data === undefined)
    return <FailedPart title="Events could not be loaded" error={error} retry={refetch} />
  return (
    <div className={chosen ? 'grid cols-main' : 'grid'}>
      <section className="card" aria-label="Events">
        {data === undefined ? (
          <SkeletonLines lines={8} />
        ) : events.length === 0 ? (
          <Empty icon="events" title="No events match">
            Remove a filter, or choose a longer time.
          </Empty>
        ) : (
          <>
            <EventTable events={events} chosenId={chosenId} choose={choose} />
            <div className="card-foot between">
              <span className="num" role="status">
                {formatNumber(events.length)} shown{isLive && ', live'}
              </span>
              {hasNextPage && (
                <button
                  className="btn btn-secondary btn-s"
                  type="button"
                  onClick={() => void fetchNextPage()}
                >
                  Older
                </button>
              )}
            </div>
          </>
        )}
      </section>
      {chosen && <EventDetails event={chosen} close={() => choose(null)} />}
    </div>
  )
}

/** The event that is chosen is in the address, so that a link to it can be sent to a colleague. */
function useChosenId() {
  const [params, setParams] = useSearchParams()
  const choose = (id: string | null) => {
    const next = new URLSearchParams(params)
    if (id === null) next.delete('event')
    else next.set('event', id)
    setParams(next, { replace: true })
  }
  return [params.get('event'), choose] as const
}

/** The event, which may be older than those of the list, or not satisfy the filter. */
function useEvent(id: string | null, listed: readonly TrailEvent[]): TrailEvent | undefined {
  const inList = listed.find((event) => event.id === id)
  const { data } = useQuery({
    queryKey: ['events', id],
    queryFn: ({ signal }) => proxima.auditEvents.get(id ?? '', { signal }),
    enabled: id !== null && inList === undefined,
  })
  return inList ?? data
}

interface EventTableProps {
  readonly events: readonly TrailEvent[]
  readonly chosenId: string | null
  readonly choose: (id: string) => void
}

function EventTable({ events, chosenId, choose }: EventTableProps) {
  return (
    <ScrollBox label="List of events">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col" className="wide">
              By
            </th>
            <th scope="col">About</th>
            <th scope="col" className="wide">
              From
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              isChosen={event.id === chosenId}
              choose={() => choose(event.id)}
            />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

function EventRow({
  event,
  isChosen,
  choose,
}: {
  readonly event: TrailEvent
  readonly isChosen: boolean
  readonly choose: () => void
}) {
  const detail = detailOfEvent(event)
  return (
    <tr {...(isChosen && { className: 'picked', 'aria-current': true })}>
      <td className="num keep">{formatMoment(event.at)}</td>
      <th scope="row">
        <button className="link" type="button" onClick={choose}>
          {textOfEvent(event)}
        </button>{' '}
        {detail && <span className={detail.className}>{detail.text}</span>}
      </th>
      <td className="wide">
        <AccountName id={event.actor_id} none="No one signed in" />
      </td>
      <td>
        {event.account_id === null ? (
          <bdi>{event.target ?? '–'}</bdi>
        ) : (
          <AccountName id={event.account_id} none="–" />
        )}
      </td>
      <td className="wide small muted">
        <span className="ltr">{event.ip_address ?? ''}</span>
      </td>
    </tr>
  )
}
