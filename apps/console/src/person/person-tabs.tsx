import type { ManagedUserDetails } from '@proxima/client'
import type { ComponentType } from 'react'
import { Link } from 'wouter'
import { EventsTab } from './events-tab.tsx'
import { FactorsTab } from './factors-tab.tsx'
import { JsonTab } from './json-tab.tsx'
import { KeysTab } from './keys-tab.tsx'
import { MessagesTab } from './messages-tab.tsx'
import { ProfileTab } from './profile-tab.tsx'
import { RolesTab } from './roles-tab.tsx'
import { SessionsTab } from './sessions-tab.tsx'

export interface Tab {
  readonly path: string
  readonly title: string
  readonly permission: string
  readonly component: ComponentType<{ readonly person: ManagedUserDetails }>
}

export const tabs: readonly Tab[] = [
  { path: 'profile', title: 'Profile', permission: 'users:read', component: ProfileTab },
  { path: 'sessions', title: 'Sessions', permission: 'users:read', component: SessionsTab },
  { path: 'factors', title: 'Second factors', permission: 'users:read', component: FactorsTab },
  { path: 'roles', title: 'Roles', permission: 'users:read', component: RolesTab },
  { path: 'events', title: 'Events', permission: 'audit:read', component: EventsTab },
  { path: 'messages', title: 'Messages', permission: 'messages:read', component: MessagesTab },
  { path: 'keys', title: 'API keys', permission: 'users:read', component: KeysTab },
  { path: 'json', title: 'JSON', permission: 'users:read', component: JsonTab },
]

interface TabsProps {
  readonly person: ManagedUserDetails
  readonly tabs: readonly Tab[]
  readonly current: Tab | undefined
}

export function PersonTabs({ person, tabs: shown, current }: TabsProps) {
  return (
    <nav className="tabs" aria-label="Person">
      {shown.map((tab) => (
        <Link
          key={tab.path}
          href={tab.path === 'profile' ? `/${person.id}` : `/${person.id}/${tab.path}`}
          {...(tab === current && { 'aria-current': 'page' as const })}
        >
          {tab.title}
        </Link>
      ))}
    </nav>
  )
}
