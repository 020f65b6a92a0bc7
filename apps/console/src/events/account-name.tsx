import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { nameOf } from '../kit/person-parts.tsx'

/** The name of an account; its id as long as that is all that is known. */
export function useAccountName(id: string): string {
  const { may } = useAdministrator()
  const { data } = useQuery({
    queryKey: ['users', id],
    queryFn: ({ signal }) => proxima.users.get(id, { signal }),
    enabled: may('users:read'),
    staleTime: 60_000,
  })
  return data === undefined ? id.slice(-12) : nameOf(data)
}

/** Who did something, or whom it is about. */
export function AccountName({
  id,
  none,
  isLink = false,
}: {
  readonly id: string | null
  readonly none: string
  readonly isLink?: boolean
}) {
  return id === null ? <span className="muted">{none}</span> : <KnownAccount id={id} isLink={isLink} />
}

function KnownAccount({ id, isLink }: { readonly id: string; readonly isLink: boolean }) {
  const { may } = useAdministrator()
  const name = useAccountName(id)
  if (!isLink || !may('users:read')) return <bdi>{name}</bdi>
  return (
    <Link href={`~/console/people/${id}`}>
      <bdi>{name}</bdi>
    </Link>
  )
}
