import type { TrailEvent } from '@proxima/client'
import type { ReactNode } from 'react'
import { Icon } from '../kit/icon.tsx'
import { formatExactly, formatNumber } from '../kit/time.ts'
import { notify } from '../kit/toasts.tsx'
import { wordsOf } from '../kit/words.ts'
import { AccountName } from './account-name.tsx'
import { methodText, textOfEvent } from './event-text.ts'

interface EventDetailsProps {
  readonly event: TrailEvent
  readonly close: () => void
}

/** All that the trail knows about one event. */
export function EventDetails({ event, close }: EventDetailsProps) {
  const copyLink = async () => {
    await navigator.clipboard.writeText(linkTo(event))
    notify('The link to this event is copied')
  }
  return (
    <aside className="card" aria-labelledby="event">
      <div className="card-head between">
        <h2 id="event">{textOfEvent(event)}</h2>
        <div className="bar">
          <button
            className="btn btn-quiet btn-icon btn-s"
            type="button"
            aria-label="Copy the link to this event"
            onClick={() => void copyLink()}
          >
            <Icon name="copy" />
          </button>
          <button className="btn btn-quiet btn-icon btn-s" type="button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
      </div>
      <Facts event={event} />
      {event.changes && <Diff changes={event.changes} />}
      <p className="card-foot">
        {event.block === null ? (
          <span className="muted">Not yet in the chain</span>
        ) : (
          <>
            <span className="badge badge-ok">
              <Icon name="chain" />
              In the chain
            </span>{' '}
            Block {formatNumber(event.block)}
          </>
        )}
      </p>
    </aside>
  )
}

function linkTo({ id }: TrailEvent): string {
  return `${location.origin}/console/events?${new URLSearchParams({ event: id })}`
}

function Facts({ event }: Pick<EventDetailsProps, 'event'>) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'When',
      <span key="at" className="num">
        {formatExactly(event.at)}
      </span>,
    ],
    ['By', <AccountName key="by" id={event.actor_id} none="No one signed in" isLink />],
    [
      'About',
      event.account_id === null ? (
        event.target
      ) : (
        <AccountName key="about" id={event.account_id} none="–" isLink />
      ),
    ],
    ['Outcome', wordsOf(event.outcome)],
    ['Why', event.reason && wordsOf(event.reason)],
    ['How', event.method && methodText(event.method)],
    ['Times', event.occurrences > 1 ? formatNumber(event.occurrences) : null],
    ['From', [event.device, event.ip_address].filter(Boolean).join(', ')],
    ['Session', event.session_id && <span className="mono small">{event.session_id}</span>],
    ['Request', event.request_id && <span className="mono small">{event.request_id}</span>],
    [
      'ID',
      <span key="id" className="mono small">
        {event.id}
      </span>,
    ],
  ]
  return (
    <dl className="facts card-body">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}

/** The fields that changed, before and after. */
function Diff({ changes: { before, after } }: { readonly changes: NonNullable<TrailEvent['changes']> }) {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return (
    <div className="card-body diff">
      {fields.map((field) => (
        <div key={field}>
          <p className="muted">{field}</p>
          {field in before && (
            <p>
              <del>{JSON.stringify(before[field])}</del>
            </p>
          )}
          {field in after && (
            <p>
              <ins>{JSON.stringify(after[field])}</ins>
            </p>
          )}
        </div>
      ))}
    </div>
  )
}
