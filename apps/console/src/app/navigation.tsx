import { Link, useLocation } from 'wouter'
import { Icon, Logo } from '../kit/icon.tsx'
import { Menu, MenuItem } from '../kit/menu.tsx'
import type { View } from './views.ts'

/** How many views the bar of a phone has beside "More". */
const barMax = 4

export function Navigation({ views }: { readonly views: readonly View[] }) {
  const [location] = useLocation()
  const rest = views.slice(barMax)
  return (
    <nav className="side nav" aria-label="Console">
      <Link className="logo" href="/">
        <Logo />
        Proxima
      </Link>
      <ul>
        {views.map((view, index) => (
          <li key={view.path} className={index < barMax ? '' : 'wide'}>
            <Link href={view.path} {...(isWithin(location, view) && { 'aria-current': 'page' as const })}>
              <Icon name={view.icon} />
              {view.title}
            </Link>
          </li>
        ))}
        {rest.length > 0 && (
          <li className="phone">
            <More views={rest} />
          </li>
        )}
      </ul>
    </nav>
  )
}

function isWithin(location: string, { path }: View): boolean {
  return location === path || location.startsWith(`${path}/`)
}

function More({ views }: { readonly views: readonly View[] }) {
  const trigger = (
    <button className="side-more" type="button">
      <Icon name="more" />
      More
    </button>
  )
  return (
    <Menu trigger={trigger}>
      {views.map(({ path, title, icon }) => (
        <MenuItem key={path} render={<Link href={path} />}>
          <Icon name={icon} />
          {title}
        </MenuItem>
      ))}
    </Menu>
  )
}
