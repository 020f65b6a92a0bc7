import type { Role } from '@proxima/client'
import { useState } from 'react'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { DeleteRoleDialog } from './delete-role-dialog.tsx'
import { ownPermissions, textOfPermission } from './permission-text.ts'

interface RoleProps {
  readonly role: Role
}

/** The permissions of a role. Changes are collected, and saved together. */
export function RolePermissions({ role }: RoleProps) {
  const { may } = useAdministrator()
  const [chosen, setChosen] = useState(role.permissions)
  const [deletes, setDeletes] = useState(false)
  const isFixed = role.is_built_in || !may('roles:write')
  // The server refuses to give what the administrator does not have.
  const own = ownPermissions.filter((permission) => may(permission) || role.permissions.includes(permission))
  const shown = [...new Set([...own, ...role.permissions])]
  const toggle = (permission: string) =>
    setChosen(
      chosen.includes(permission) ? chosen.filter((each) => each !== permission) : [...chosen, permission],
    )
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>{role.name}</h2>
          <p>
            {role.description ?? (role.is_built_in ? 'Built in: it cannot be changed.' : 'No description')}
          </p>
        </div>
        {!isFixed && (
          <button className="btn btn-danger btn-s" type="button" onClick={() => setDeletes(true)}>
            Delete
          </button>
        )}
      </div>
      {shown.length === 0 && <p className="card-body muted">It has no permissions.</p>}
      <ul className="rows">
        {shown.map((permission) => (
          <PermissionRow
            key={permission}
            permission={permission}
            has={chosen.includes(permission)}
            isFixed={isFixed}
            toggle={() => toggle(permission)}
          />
        ))}
      </ul>
      <SaveRow role={role} chosen={chosen} discard={() => setChosen(role.permissions)} />
      {deletes && <DeleteRoleDialog role={role} close={() => setDeletes(false)} />}
    </section>
  )
}

interface PermissionRowProps {
  readonly permission: string
  readonly has: boolean
  readonly isFixed: boolean
  readonly toggle: () => void
}

function PermissionRow({ permission, has, isFixed, toggle }: PermissionRowProps) {
  const { title, note } = textOfPermission(permission)
  return (
    <li className="row">
      <div className="check row-main">
        <input
          type="checkbox"
          id={permission}
          checked={has}
          disabled={isFixed}
          aria-describedby={`${permission}-note`}
          onChange={toggle}
        />
        <label htmlFor={permission}>
          {title} <code className="muted">{permission}</code>
        </label>
        <p className="hint" id={`${permission}-note`}>
          {note}
        </p>
      </div>
    </li>
  )
}

interface SaveRowProps extends RoleProps {
  readonly chosen: readonly string[]
  readonly discard: () => void
}

function SaveRow({ role, chosen, discard }: SaveRowProps) {
  const added = chosen.filter((each) => !role.permissions.includes(each))
  const removed = role.permissions.filter((each) => !chosen.includes(each))
  const count = added.length + removed.length
  if (count === 0) return null
  const save = () =>
    actNow(() => proxima.roles.update(role.name, { permissions: chosen }), {
      done: `The role ${role.name} is changed`,
      undo: {
        work: () => proxima.roles.update(role.name, { permissions: role.permissions }),
        done: `The role ${role.name} is as before`,
      },
    })
  return (
    <div className="card-foot between">
      <span>
        {count === 1 ? '1 change' : `${count} changes`} not saved:{' '}
        <b>{[...added.map((each) => `+ ${each}`), ...removed.map((each) => `− ${each}`)].join(', ')}</b>
      </span>
      <span className="bar">
        <button className="btn btn-quiet btn-s" type="button" onClick={discard}>
          Discard
        </button>
        <button className="btn btn-primary btn-s" type="button" onClick={() => void save()}>
          Save for everyone who has it
        </button>
      </span>
    </div>
  )
}
