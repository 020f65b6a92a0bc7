import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import type { View } from '../app/views.ts'
import type { IconName } from '../kit/icon.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { useDelayed } from '../kit/use-delayed.ts'

/** Something that the palette can open. */
export interface Found {
  readonly path: string
  readonly title: string
  readonly note: string
  readonly icon: IconName
}

const peopleMax = 6
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function useFound(text: string, views: readonly View[]): readonly Found[] {
  const { may } = useAdministrator()
  const q = useDelayed(text.trim())
  const { data: people = [] } = useQuery({
    queryKey: ['users', 'palette', q],
    queryFn: async ({ signal }) =>
      (await proxima.users.list({ q, limit: peopleMax }, { signal }).page()).data,
    enabled: q !== '' && may('users:read'),
    placeholderData: (before) => before,
  })
  const shown = q === '' ? [] : people
  return [
    ...pagesOf(text, views),
    ...shown.map((person) => ({
      path: `/people/${person.id}`,
      title: nameOf(person),
      note: person.email ?? person.username ?? '',
      icon: 'person' as const,
    })),
    ...(uuid.test(q) && may('audit:read') ? [requestOf(q)] : []),
  ]
}

function pagesOf(text: string, views: readonly View[]): Found[] {
  const wanted = text.trim().toLowerCase()
  return views
    .filter(({ title }) => title.toLowerCase().includes(wanted))
    .map(({ path, title, icon }) => ({ path, title, icon, note: 'Page' }))
}

function requestOf(id: string): Found {
  return { path: `/events?request_id=${id}`, title: 'Events of this request', note: id, icon: 'events' }
}
