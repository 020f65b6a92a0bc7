import type { ReactNode } from 'react'
import { messageOf } from '../api/failures.ts'
import { Icon, type IconName } from './icon.tsx'

/** In the place of a part that failed. The rest of the page stays. */
export function FailedPart(props: {
  readonly title: string
  readonly error: unknown
  readonly retry: () => unknown
}) {
  return (
    <div className="alert alert-bad" role="alert">
      <Icon name="alert" />
      <div>
        <p className="alert-title">{props.title}</p>
        <p>{messageOf(props.error)} The rest of the page is current.</p>
        <div className="actions">
          <button className="btn btn-secondary btn-s" type="button" onClick={() => void props.retry()}>
            Try again
          </button>
        </div>
      </div>
    </div>
  )
}

/** The shape of what loads, after a moment: what loads quickly does not flicker. */
export function SkeletonLines({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div className="card-body stack late" aria-busy="true">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
        <span key={line} className={line % 4 === 0 ? 'skeleton half' : 'skeleton'} />
      ))}
      <span className="sr" role="status">
        Loading
      </span>
    </div>
  )
}

/** Says why there is nothing, and what to do. */
export function Empty(props: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="empty">
      <span className="disc disc-l">
        <Icon name={props.icon} />
      </span>
      <h2>{props.title}</h2>
      {props.children && <p>{props.children}</p>}
      {props.action && <div className="bar">{props.action}</div>}
    </div>
  )
}
