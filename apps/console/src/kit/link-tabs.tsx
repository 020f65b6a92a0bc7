import { Link, useLocation } from 'wouter'

interface LinkTab {
  readonly path: string
  readonly title: string
}

/** The parts of a view, each with an address of its own. */
export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  const [location] = useLocation()
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ path, title }) => (
        <Link key={path} href={path} {...(path === location && { 'aria-current': 'page' as const })}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
