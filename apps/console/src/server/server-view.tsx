import type { ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import { LinkTabs } from '../kit/link-tabs.tsx'
import { useTitle } from '../kit/use-title.ts'
import { FindingsList } from './findings-list.tsx'
import { SettingsList } from './settings-list.tsx'

/** What the server finds wrong with itself, and its settings. Both are read-only: settings are those of its process. */
export function ServerView() {
  return (
    <Switch>
      <Route path="/">
        <Tab title="Findings">
          <FindingsList />
        </Tab>
      </Route>
      <Route path="/settings">
        <Tab title="Settings">
          <SettingsList />
        </Tab>
      </Route>
    </Switch>
  )
}

const tabs = [
  { path: '/', title: 'Findings' },
  { path: '/settings', title: 'Settings' },
]

function Tab({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useTitle(title)
  return (
    <>
      <h1>Server</h1>
      <LinkTabs label="Server" tabs={tabs} />
      {children}
    </>
  )
}
