import { lazy, Suspense, useEffect, useState } from 'react'
import { proxima } from '../api/proxima.ts'
import { Icon } from '../kit/icon.tsx'
import { Menu, MenuItem } from '../kit/menu.tsx'
import { initialsOf } from '../kit/person-parts.tsx'
import { useAdministrator } from './administrator.tsx'
import { chooseTheme, storedTheme, themes } from './theme.ts'
import type { View } from './views.ts'

const Palette = lazy(async () => ({ default: (await import('../palette/palette.tsx')).Palette }))

/** The top of every view: search, and the menu of the administrator. */
export function Strip({ views }: { readonly views: readonly View[] }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', open)
    return () => removeEventListener('keydown', open)
  }, [])
  return (
    <header className="strip">
      <div className="find">
        <Icon name="find" />
        <button
          className="input find-button"
          type="button"
          aria-keyshortcuts="Control+K Meta+K"
          onClick={() => setOpen(true)}
        >
          Find anything
        </button>
        <span aria-hidden="true">
          <kbd>{isApple() ? '⌘K' : 'Ctrl K'}</kbd>
        </span>
      </div>
      <div className="end">
        <OwnMenu />
      </div>
      {isOpen && (
        <Suspense>
          <Palette views={views} close={() => setOpen(false)} />
        </Suspense>
      )}
    </header>
  )
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent)
}

function OwnMenu() {
  const { me } = useAdministrator()
  const [theme, setTheme] = useState(storedTheme)
  const name = me.full_name ?? me.username ?? me.email ?? 'You'
  const nextTheme = () => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'automatic'
    chooseTheme(next)
    setTheme(next)
  }
  const trigger = (
    <button className="menu-button" type="button" aria-label={`${name}, your menu`}>
      <span className="avatar" aria-hidden="true">
        {initialsOf(name)}
      </span>
    </button>
  )
  return (
    <Menu trigger={trigger}>
      <MenuItem keepsOpen onClick={nextTheme}>
        <Icon name="theme" />
        Theme: {theme}
      </MenuItem>
      <MenuItem onClick={signOut}>
        <Icon name="signOut" />
        Sign out
      </MenuItem>
    </Menu>
  )
}

async function signOut(): Promise<void> {
  await proxima.auth.logout()
  location.assign('/console/')
}
