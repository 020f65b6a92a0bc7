import { Suspense, useLayoutEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Empty, SkeletonLines } from '../kit/states.tsx'
import { useAdministrator } from './administrator.tsx'
import { Navigation } from './navigation.tsx'
import { Strip } from './strip.tsx'
import { type View, views } from './views.ts'

/** The frame of every view: navigation, search, the menu of the administrator. */
export function Shell() {
  const { may } = useAdministrator()
  const allowed = views.filter(({ permission }) => may(permission))
  useLayoutEffect(() => {
    document.body.classList.add('console')
    return () => document.body.classList.remove('console')
  }, [])
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Navigation views={allowed} />
      <Strip views={allowed} />
      <main className="work" id="main" tabIndex={-1}>
        <Suspense fallback={<SkeletonLines />}>
          <Content views={allowed} />
        </Suspense>
      </main>
    </>
  )
}

function Content({ views: allowed }: { readonly views: readonly View[] }) {
  const [first] = allowed
  if (first === undefined) return <NothingAllowed />
  return (
    <Switch>
      <Route path="/">
        <Redirect to={first.path} replace />
      </Route>
      {allowed.map(({ path, component: Component }) => (
        <Route key={path} path={path} nest>
          <Component />
        </Route>
      ))}
      <Route>
        <NoView />
      </Route>
    </Switch>
  )
}

function NothingAllowed() {
  return (
    <section className="card">
      <Empty icon="roles" title="Your account may see nothing here">
        An administrator can give you a role with a permission such as <code>users:read</code>.
      </Empty>
    </section>
  )
}

function NoView() {
  return (
    <section className="card">
      <Empty icon="find" title="There is no page here">
        The address is wrong, or your roles do not allow this page. Choose another one in the navigation.
      </Empty>
    </section>
  )
}
