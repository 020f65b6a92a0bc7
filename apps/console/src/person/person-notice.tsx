import type { ManagedUserDetails } from '@proxima/client'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { formatDateTime } from '../kit/time.ts'
import { restore } from './person-acts.ts'

/** Why the account cannot be used now, and what to do. */
export function PersonNotice({ person }: { readonly person: ManagedUserDetails }) {
  const { may } = useAdministrator()
  if (person.status === 'deleted')
    return (
      <div className="alert alert-warn">
        <Icon name="warning" />
        <div>
          <p className="alert-title">This account is deleted</p>
          <p>No one can sign in to it. It can be restored until the server erases it.</p>
          {may('users:delete') && (
            <div className="actions">
              <button className="btn btn-secondary btn-s" type="button" onClick={() => void restore(person)}>
                Restore the account
              </button>
            </div>
          )}
        </div>
      </div>
    )
  if (person.suspension === null) return null
  const { reason, suspended_at, ends_at } = person.suspension
  return (
    <div className="alert alert-warn">
      <Icon name="suspend" />
      <div>
        <p className="alert-title">Suspended since {formatDateTime(suspended_at)}</p>
        <p>
          {reason === null ? 'No reason was given.' : `Reason: ${reason}`}
          {ends_at === null
            ? ' It stays until someone lifts it.'
            : ` It ends by itself on ${formatDateTime(ends_at)}.`}
        </p>
      </div>
    </div>
  )
}
