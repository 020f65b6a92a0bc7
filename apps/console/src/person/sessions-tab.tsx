import type { ManagedUserDetails, Session } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { methodText } from '../events/event-text.ts'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatAgo, formatDateTime } from '../kit/time.ts'

interface PersonProps {
  readonly person: ManagedUserDetails
}

export function SessionsTab({ person }: PersonProps) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>Where they are signed in</h2>
      </div>
      <Sessions person={person} />
    </section>
  )
}

function Sessions({ person }: PersonProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['users', person.id, 'sessions'],
    queryFn: async ({ signal }) =>
      (await proxima.users.sessions(person.id, { limit: 100 }, { signal }).page()).data,
  })
  if (error !== null) return <FailedPart title="Sessions could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines />
  if (data.length === 0)
    return (
      <Empty icon="device" title="Signed in nowhere">
        A session appears here with the next sign-in.
      </Empty>
    )
  return (
    <ul className="rows">
      {data.map((session) => (
        <SessionRow key={session.id} person={person} session={session} />
      ))}
    </ul>
  )
}

function SessionRow({ person, session }: PersonProps & { readonly session: Session }) {
  const { may } = useAdministrator()
  const end = () =>
    actNow(() => proxima.users.endSession(person.id, session.id), { done: 'The session has ended' })
  return (
    <li className="row">
      <span className="disc">
        <Icon name="device" />
      </span>
      <div className="row-main">
        <p className="row-title">
          {session.device ?? 'Unknown device'}{' '}
          {session.current && <span className="badge badge-brand">This session</span>}
        </p>
        <p className="row-note">
          {methodText(session.amr.join(' '))}, since {formatDateTime(session.created_at)}. Last seen{' '}
          {formatAgo(session.last_seen_at)}, <span className="ltr">{session.address}</span>
        </p>
      </div>
      {may('users:write') && (
        <div className="row-end">
          <button className="btn btn-secondary btn-s" type="button" onClick={() => void end()}>
            End
          </button>
        </div>
      )}
    </li>
  )
}
