import type { Role } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, Route, Switch } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { useTitle } from '../kit/use-title.ts'
import { NewRoleDialog } from './new-role-dialog.tsx'
import { RolePeople } from './role-people.tsx'
import { RolePermissions } from './role-permissions.tsx'

export function RolesView() {
  useTitle('Roles')
  const { may } = useAdministrator()
  const [creates, setCreates] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['roles', 'all'],
    queryFn: async ({ signal }) => (await proxima.roles.list({ limit: 100 }, { signal }).page()).data,
  })
  return (
    <>
      <div className="bar between">
        <h1>Roles</h1>
        {may('roles:write') && (
          <button className="btn btn-primary" type="button" onClick={() => setCreates(true)}>
            <Icon name="plus" />
            New role
          </button>
        )}
      </div>
      {error !== null && <FailedPart title="Roles could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines lines={8} />}
      {data && (
        <Switch>
          <Route path="/:name?">{({ name }) => <Roles roles={data} name={name} />}</Route>
        </Switch>
      )}
      {creates && <NewRoleDialog close={() => setCreates(false)} />}
    </>
  )
}

function Roles({ roles, name }: { readonly roles: readonly Role[]; readonly name: string | undefined }) {
  const { may } = useAdministrator()
  const chosen = name === undefined ? roles[0] : roles.find((role) => role.name === name)
  return (
    <div className="grid cols-list">
      <nav className="card" aria-label="Roles">
        {roles.map((role) => (
          <Link
            key={role.name}
            className="row row-link"
            href={`/${role.name}`}
            {...(role === chosen && { 'aria-current': 'true' as const })}
          >
            <span className="row-main">
              <span className="row-title">{role.name}</span>
              <span className="row-note">
                {role.description ?? (role.is_built_in ? 'Built in' : 'No description')}
              </span>
            </span>
          </Link>
        ))}
      </nav>
      {chosen === undefined ? (
        <section className="card">
          <Empty icon="roles" title={`There is no role “${name ?? ''}”`}>
            Choose another one in the list.
          </Empty>
        </section>
      ) : (
        <div className="grid">
          <RolePermissions key={`${chosen.name} ${chosen.updated_at}`} role={chosen} />
          {may('users:read') && <RolePeople key={chosen.name} role={chosen} />}
        </div>
      )}
    </div>
  )
}
