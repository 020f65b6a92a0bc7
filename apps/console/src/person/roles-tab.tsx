import type { ManagedUserDetails, Role } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { FailedPart, SkeletonLines } from '../kit/states.tsx'

interface PersonProps {
  readonly person: ManagedUserDetails
}

export function RolesTab({ person }: PersonProps) {
  const { may } = useAdministrator()
  const { data, error, refetch } = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: async ({ signal }) => (await proxima.roles.list({ limit: 100 }, { signal }).page()).data,
    enabled: may('roles:read'),
  })
  const known = data ?? []
  const others = person.roles.filter((name) => !known.some((role) => role.name === name))
  return (
    <section className="card">
      <div className="card-head">
        <h2>Roles</h2>
        <p>A role is a set of permissions. A change is in force from the next request on.</p>
      </div>
      {error !== null && <FailedPart title="Roles could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && may('roles:read') && <SkeletonLines />}
      <ul className="rows">
        {known.map((role) => (
          <RoleRow key={role.name} person={person} name={role.name} role={role} />
        ))}
        {(data !== undefined || !may('roles:read')) &&
          others.map((name) => <RoleRow key={name} person={person} name={name} />)}
      </ul>
    </section>
  )
}

function RoleRow({ person, name, role }: PersonProps & { readonly name: string; readonly role?: Role }) {
  const { may } = useAdministrator()
  const has = person.roles.includes(name)
  const isFixed = !may('roles:write') || person.status === 'deleted'
  const toggle = () => {
    const before = person.roles
    const next = has ? before.filter((each) => each !== name) : [...before, name]
    return actNow(() => proxima.users.setRoles(person.id, { roles: next }), {
      done: `${nameOf(person)} ${has ? 'no longer has' : 'has'} the role ${name}`,
      undo: {
        work: () => proxima.users.setRoles(person.id, { roles: before }),
        done: 'The roles are as before',
      },
    })
  }
  return (
    <li className="row">
      <div className="check row-main">
        <input
          type="checkbox"
          id={`role-${name}`}
          checked={has}
          disabled={isFixed}
          aria-describedby={`role-${name}-note`}
          onChange={() => void toggle()}
        />
        <label htmlFor={`role-${name}`}>{name}</label>
        <p className="hint" id={`role-${name}-note`}>
          {role?.description ?? (role?.permissions.join(', ') || 'No permissions')}
        </p>
      </div>
    </li>
  )
}
