import { type ComponentType, lazy } from 'react'
import type { IconName } from '../kit/icon.tsx'

/** A view of the console. Its code is loaded when it is first opened. */
export interface View {
  readonly path: string
  readonly title: string
  readonly icon: IconName
  /** Without it, the server refuses what the view asks for. */
  readonly permission: string
  readonly component: ComponentType
}

const OverviewView = lazy(async () => ({
  default: (await import('../overview/overview-view.tsx')).OverviewView,
}))
const PeopleView = lazy(async () => ({ default: (await import('../people/people-view.tsx')).PeopleView }))
const EventsView = lazy(async () => ({ default: (await import('../events/events-view.tsx')).EventsView }))
const RolesView = lazy(async () => ({ default: (await import('../roles/roles-view.tsx')).RolesView }))
const MessagesView = lazy(async () => ({
  default: (await import('../messages/messages-view.tsx')).MessagesView,
}))
const ApplicationsView = lazy(async () => ({
  default: (await import('../applications/applications-view.tsx')).ApplicationsView,
}))
const ServerView = lazy(async () => ({ default: (await import('../server/server-view.tsx')).ServerView }))

/** The order of the navigation. The first one that an administrator may see is their start page. */
export const views: readonly View[] = [
  {
    path: '/overview',
    title: 'Overview',
    icon: 'overview',
    permission: 'statistics:read',
    component: OverviewView,
  },
  { path: '/people', title: 'People', icon: 'people', permission: 'users:read', component: PeopleView },
  { path: '/events', title: 'Events', icon: 'events', permission: 'audit:read', component: EventsView },
  { path: '/roles', title: 'Roles', icon: 'roles', permission: 'roles:read', component: RolesView },
  {
    path: '/messages',
    title: 'Messages',
    icon: 'messages',
    permission: 'messages:read',
    component: MessagesView,
  },
  {
    path: '/applications',
    title: 'Applications',
    icon: 'applications',
    permission: 'clients:read',
    component: ApplicationsView,
  },
  { path: '/server', title: 'Server', icon: 'settings', permission: 'settings:read', component: ServerView },
]
