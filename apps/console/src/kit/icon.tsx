/** The icons of the design, on a grid of 24. */
const shapes = {
  alert: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7.5V13M12 16.3v.1" />
    </>
  ),
  applications: (
    <>
      <rect x="4" y="4" width="6.5" height="6.5" rx="1.5" />
      <rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5" />
      <rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5" />
      <rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5" />
    </>
  ),
  back: <path d="m14.5 6-6 6 6 6" />,
  chain: (
    <>
      <path d="M12 3 5 5.5v5.3c0 4.5 2.9 8 7 9.7 4.1-1.7 7-5.2 7-9.7V5.5z" />
      <path d="m9 11.8 2.2 2.2 4-4.3" />
    </>
  ),
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  copy: (
    <>
      <rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2" />
      <path d="M15.5 5.5v-.5a1.5 1.5 0 0 0-1.500-1.500H5.500A1.500 1.500 0 0 0 4 5v8.500A1.500 1.500 0 0 0 5.500 15H6" />
    </>
  ),
  device: (
    <>
      <rect x="4.5" y="5" width="15" height="10.5" rx="2" />
      <path d="M2.5 19h19" />
    </>
  ),
  down: <path d="m6 9.5 6 6 6-6" />,
  download: <path d="M12 4v11m-4.5-4L12 15.5 16.5 11M4.5 19.5h15" />,
  events: <path d="M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1" />,
  find: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="15" r="4" />
      <path d="m11 12 8-8m-3 3 3 3" />
    </>
  ),
  live: (
    <>
      <circle cx="12" cy="12" r="2.5" />
      <path d="M7 7a7 7 0 0 0 0 10M17 7a7 7 0 0 1 0 10" />
    </>
  ),
  mail: (
    <>
      <rect x="3" y="5" width="18" height="14" rx="2.5" />
      <path d="m4 7.5 8 6 8-6" />
    </>
  ),
  messages: <path d="M4 5.5h16v11H9.5L5.5 20v-3.5H4z" />,
  more: <path d="M6 12v.1M12 12v.1M18 12v.1" strokeWidth="2.5" />,
  overview: (
    <>
      <path d="M4 4v16h16" />
      <path d="m7.5 14.5 3.5-4 3 2.5 5-6" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.5" />
      <path d="M2.5 19.5c.6-3.2 3.2-5.2 6.5-5.2s5.9 2 6.5 5.2M16 5.3a3.5 3.5 0 0 1 0 6.400M18.5 15c1.6.8 2.7 2.4 3 4.5" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c.8-3.7 3.8-6 7.5-6s6.7 2.3 7.5 6" />
    </>
  ),
  phone: (
    <>
      <rect x="7" y="2.5" width="10" height="19" rx="2.5" />
      <path d="M11 18.5h2" />
    </>
  ),
  plus: <path d="M12 5v14M5 12h14" />,
  roles: <path d="M12 3 5 5.5v5.3c0 4.5 2.9 8 7 9.7 4.1-1.7 7-5.2 7-9.7V5.5z" />,
  settings: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8" />
    </>
  ),
  signOut: <path d="M10 4.5H6a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 6 19.5h4M15 8l4.5 4-4.5 4M19 12H9.5" />,
  suspend: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m6 6 12 12" />
    </>
  ),
  theme: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 3.5v17M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
    </>
  ),
  undo: (
    <>
      <path d="M8.5 5 4.5 9l4 4" />
      <path d="M4.5 9H14a5.5 5.5 0 0 1 0 11H9" />
    </>
  ),
  up: <path d="m6 14.5 6-6 6 6" />,
  warning: (
    <>
      <path d="M12 4 2.8 19.5h18.4z" />
      <path d="M12 10v4.5M12 17v.1" />
    </>
  ),
} as const

export type IconName = keyof typeof shapes

const mirrored: readonly IconName[] = ['back', 'signOut', 'undo']

/** Decorates a word, so it says nothing itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={mirrored.includes(name) ? 'icon flip' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
}

export function Logo() {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true">
      <circle cx="12.5" cy="15.5" r="10" fill="none" stroke="currentColor" strokeWidth="3" />
      <circle cx="21.5" cy="6.5" r="4.5" fill="currentColor" />
    </svg>
  )
}
