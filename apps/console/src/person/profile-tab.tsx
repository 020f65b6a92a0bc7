import type { ManagedUserDetails } from '@proxima/client'
import { useState } from 'react'
import { Link } from 'wouter'
import { useAdministrator } from '../app/administrator.tsx'
import { RoleBadges } from '../kit/person-parts.tsx'
import { formatDateTime, formatLongDate } from '../kit/time.ts'
import { ContactsCard } from './contacts-card.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { EventRows } from './event-rows.tsx'

interface PersonProps {
  readonly person: ManagedUserDetails
}

export function ProfileTab({ person }: PersonProps) {
  const { me, may } = useAdministrator()
  return (
    <div className="grid cols-main">
      <div className="grid">
        <ContactsCard person={person} />
        {may('audit:read') && (
          <section className="card">
            <div className="card-head between">
              <h2>Lately</h2>
              <Link href={`/${person.id}/events`}>All events</Link>
            </div>
            <EventRows accountId={person.id} limit={5} />
          </section>
        )}
      </div>
      <div className="grid">
        <FactsCard person={person} />
        <section className="card">
          <div className="card-head between">
            <h2>Roles</h2>
            {may('roles:write') && <Link href={`/${person.id}/roles`}>Change</Link>}
          </div>
          <div className="card-body">
            {person.roles.length === 0 ? (
              <span className="muted">None</span>
            ) : (
              <RoleBadges roles={person.roles} />
            )}
          </div>
        </section>
        {may('users:delete') && person.status !== 'deleted' && person.id !== me.id && (
          <DeleteCard person={person} />
        )}
      </div>
    </div>
  )
}

function FactsCard({ person }: PersonProps) {
  const { may } = useAdministrator()
  const [edits, setEdits] = useState(false)
  const { address, national_id } = person as ManagedUserDetails & {
    readonly address?: string | null
    readonly national_id?: string | null
  }
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['Name', person.full_name],
    ['Given names', person.given_name],
    ['Family names', person.family_name],
    ['Username', person.username],
    ['Language', person.locale],
    ['Address', address],
    ['National id', national_id],
    ['Joined', formatLongDate(person.created_at)],
    ['Changed', formatDateTime(person.updated_at)],
    ...person.external_ids.map(({ source, id }) => [`In ${source}`, id] as const),
  ]
  return (
    <section className="card">
      <div className="card-head between">
        <h2>Facts</h2>
        {may('users:write') && person.status !== 'deleted' && (
          <button className="link" type="button" onClick={() => setEdits(true)}>
            Change
          </button>
        )}
      </div>
      <dl className="facts card-body">
        <dt>ID</dt>
        <dd className="mono">{person.id}</dd>
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} className="contents">
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ) : null,
        )}
      </dl>
      {edits && <EditDialog person={person} close={() => setEdits(false)} />}
    </section>
  )
}

function DeleteCard({ person }: PersonProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="card danger">
      <div className="card-head">
        <h2>Delete</h2>
        <p>Signs out at once. The account is erased later, and you get a receipt.</p>
      </div>
      <p className="card-body">
        <button className="btn btn-danger btn-s" type="button" onClick={() => setOpen(true)}>
          Delete this account
        </button>
      </p>
      {isOpen && <DeleteDialog person={person} close={() => setOpen(false)} />}
    </section>
  )
}
