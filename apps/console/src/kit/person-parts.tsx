import type { ManagedUser } from '@proxima/client'
import { Icon } from './icon.tsx'

type Named = Pick<ManagedUser, 'id' | 'full_name' | 'username' | 'email' | 'phone_number'>

/** What to call a person: their name, or what they sign in with. */
export function nameOf({ full_name, username, email, phone_number, id }: Named): string {
  return full_name ?? username ?? email ?? phone_number ?? id
}

/** The first letters of the first and the last name. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._@-]+/u).filter((word) => /\p{L}|\p{N}/u.test(word))
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : '']
  return ([...first].slice(0, 1).join('') + [...last].slice(0, 1).join('')).toLocaleUpperCase()
}

export function Avatar({ person, isLarge = false }: { readonly person: Named; readonly isLarge?: boolean }) {
  const hasName = person.full_name !== null || person.username !== null
  return (
    <span className={isLarge ? 'avatar avatar-l' : 'avatar'} aria-hidden="true">
      {hasName ? initialsOf(nameOf(person)) : <Icon name="phone" />}
    </span>
  )
}

const states = {
  active: { text: 'Active', className: 'badge badge-ok' },
  pending: { text: 'Pending', className: 'badge badge-brand' },
  suspended: { text: 'Suspended', className: 'badge badge-bad' },
  deleted: { text: 'Deleted', className: 'badge' },
} as const

/** In a word. An active account that has confirmed no contact is not verified. */
export function StateBadge({ person }: { readonly person: Pick<ManagedUser, 'status' | 'is_verified'> }) {
  if (person.status === 'active' && !person.is_verified)
    return <span className="badge badge-warn">Not verified</span>
  const { text, className } = states[person.status]
  return <span className={className}>{text}</span>
}

export function RoleBadges({ roles }: { readonly roles: readonly string[] }) {
  return (
    <span className="badges">
      {roles.map((role) => (
        <span key={role} className={role === 'admin' ? 'badge badge-brand' : 'badge'}>
          {role}
        </span>
      ))}
    </span>
  )
}
