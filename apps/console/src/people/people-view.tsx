import { lazy } from 'react'
import { Route, Switch } from 'wouter'
import { PeopleList } from './people-list.tsx'

const PersonView = lazy(async () => ({ default: (await import('../person/person-view.tsx')).PersonView }))

export function PeopleView() {
  return (
    <Switch>
      <Route path="/">
        <PeopleList />
      </Route>
      <Route path="/:id/:tab?">
        {({ id, tab }) => <PersonView key={id} id={id} tab={tab ?? 'profile'} />}
      </Route>
    </Switch>
  )
}
