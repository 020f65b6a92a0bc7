import type { ManagedUser, Role } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Avatar, nameOf } from '../kit/person-parts.tsx'
import { FailedPart, SkeletonLines } from '../kit/states.tsx'

const shownMax = 10

interface RoleProps {
  readonly role: Role
}

/** The newest people who have the role. */
export function RolePeople({ role }: RoleProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['users', 'of-role', role.name],
    queryFn: ({ signal }) => proxima.users.list({ role: role.name, limit: shownMax }, { signal }).page(),
  })
  return (
    <section className="card">
      <div className="card-head between">
        <h2>Who has it</h2>
        <Link href={`~/console/people?role=${role.name}`}>All of them</Link>
      </div>
      {error !== null && <FailedPart title="People could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.data.length === 0 && (
        <p className="card-body muted">No one. Give it on the page of a person, under Roles.</p>
      )}
      <ul className="rows">
        {data?.data.map((person) => (
          <PersonRow key={person.id} role={role} person={person} />
        ))}
      </ul>
    </section>
  )
}

function PersonRow({ role, person }: RoleProps & { readonly person: ManagedUser }) {
  const { may } = useAdministrator()
  const remove = () =>
    actNow(
      () => proxima.users.setRoles(person.id, { roles: person.roles.filter((name) => name !== role.name) }),
      {
        done: `${nameOf(person)} no longer has the role ${role.name}`,
        undo: {
          work: () => proxima.users.setRoles(person.id, { roles: person.roles }),
          done: `${nameOf(person)} has the role ${role.name} again`,
        },
      },
    )
  return (
    <li className="row">
      <Avatar person={person} />
      <div className="row-main">
        <p className="row-title">
          <Link href={`~/console/people/${person.id}`}>
            <bdi>{nameOf(person)}</bdi>
          </Link>
        </p>
        {person.email && <p className="row-note">{person.email}</p>}
      </div>
      {may('roles:write') && (
        <button className="btn btn-quiet btn-s" type="button" onClick={() => void remove()}>
          Remove
        </button>
      )}
    </li>
  )
}
