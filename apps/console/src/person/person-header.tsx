import type { ManagedUserDetails } from '@proxima/client'
import { useState } from 'react'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Menu, MenuItem } from '../kit/menu.tsx'
import { Avatar, nameOf, StateBadge } from '../kit/person-parts.tsx'
import { formatLongDate } from '../kit/time.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { endSessions, inviteAgain, liftSuspension, startRecovery, suspend } from './person-acts.ts'
import { ViewAsDialog } from './view-as-dialog.tsx'

interface PersonProps {
  readonly person: ManagedUserDetails
}

/** Who it is, and what support does most. */
export function PersonHeader({ person }: PersonProps) {
  return (
    <div className="bar between">
      <div className="cell">
        <Avatar person={person} isLarge />
        <div className="row-main">
          <h1>
            <bdi>{nameOf(person)}</bdi>
          </h1>
          <p className="bar">
            <StateBadge person={person} />
            <span className="muted">
              {person.username && (
                <>
                  <bdi>{person.username}</bdi>,{' '}
                </>
              )}
              joined {formatLongDate(person.created_at)}
            </span>
          </p>
        </div>
      </div>
      <QuickActions person={person} />
    </div>
  )
}

function QuickActions({ person }: PersonProps) {
  const { me, may } = useAdministrator()
  const isOther = person.id !== me.id
  const canView = may('users:impersonate') && isOther && person.status === 'active'
  if (person.status === 'deleted') return null
  return (
    <div className="bar">
      {canView && <ViewAsButton person={person} />}
      {may('users:write') && <ChangeButtons person={person} isOther={isOther} />}
    </div>
  )
}

function ViewAsButton({ person }: PersonProps) {
  const [asks, setAsks] = useState(false)
  return (
    <>
      <button className="btn btn-secondary" type="button" onClick={() => setAsks(true)}>
        View as
      </button>
      {asks && <ViewAsDialog person={person} close={() => setAsks(false)} />}
    </>
  )
}

function ChangeButtons({ person, isOther }: PersonProps & { readonly isOther: boolean }) {
  return (
    <>
      {person.status === 'active' && (
        <>
          <button className="btn btn-secondary" type="button" onClick={() => void startRecovery(person)}>
            Start recovery
          </button>
          <button className="btn btn-secondary" type="button" onClick={() => void endSessions(person)}>
            End sessions
          </button>
        </>
      )}
      {isOther && <SuspendButton person={person} />}
      <MoreActions person={person} />
    </>
  )
}

function SuspendButton({ person }: PersonProps) {
  if (person.status === 'suspended')
    return (
      <button className="btn btn-secondary" type="button" onClick={() => void liftSuspension(person)}>
        Lift suspension
      </button>
    )
  if (person.status !== 'active') return null
  return (
    <button className="btn btn-danger" type="button" onClick={() => void suspend(person)}>
      Suspend
    </button>
  )
}

function MoreActions({ person }: PersonProps) {
  const { me, may } = useAdministrator()
  const [deletes, setDeletes] = useState(false)
  const copy = async () => await navigator.clipboard.writeText(person.id)
  const trigger = (
    <button className="btn btn-secondary btn-icon" type="button" aria-label="More">
      <Icon name="more" />
    </button>
  )
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem onClick={copy}>Copy the id</MenuItem>
        {person.status === 'active' && !person.is_verified && (
          <MenuItem onClick={() => inviteAgain(person)}>Send an invitation</MenuItem>
        )}
        {may('users:delete') && person.id !== me.id && (
          <MenuItem onClick={() => setDeletes(true)}>Delete this account</MenuItem>
        )}
      </Menu>
      {deletes && <DeleteDialog person={person} close={() => setDeletes(false)} />}
    </>
  )
}
