import { lazy, type ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import { useAdministrator } from '../app/administrator.tsx'
import { LinkTabs } from '../kit/link-tabs.tsx'
import { useTitle } from '../kit/use-title.ts'
import { ClientsList } from './clients-list.tsx'

const ClientView = lazy(async () => ({ default: (await import('./client-view.tsx')).ClientView }))
const ServiceAccountsList = lazy(async () => ({
  default: (await import('./service-accounts-list.tsx')).ServiceAccountsList,
}))
const ServiceAccountView = lazy(async () => ({
  default: (await import('./service-account-view.tsx')).ServiceAccountView,
}))

/** The programs that call: clients of OAuth, and service accounts with their keys. */
export function ApplicationsView() {
  return (
    <Switch>
      <Route path="/">
        <Lists title="Applications">
          <ClientsList />
        </Lists>
      </Route>
      <Route path="/service-accounts">
        <Lists title="Service accounts">
          <ServiceAccountsList />
        </Lists>
      </Route>
      <Route path="/service-accounts/:id">{({ id }) => <ServiceAccountView key={id} id={id} />}</Route>
      <Route path="/:id">{({ id }) => <ClientView key={id} id={id} />}</Route>
    </Switch>
  )
}

const tabs = [
  { path: '/', title: 'Clients', permission: 'clients:read' },
  { path: '/service-accounts', title: 'Service accounts', permission: 'users:read' },
]

function Lists({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title)
  const { may } = useAdministrator()
  return (
    <>
      <h1>Applications</h1>
      <LinkTabs label="Kinds" tabs={tabs.filter(({ permission }) => may(permission))} />
      {children}
    </>
  )
}
