import type { Me } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo } from 'react'
import { proxima } from '../api/proxima.ts'
import { FailedPart } from '../kit/states.tsx'

export interface Administrator {
  readonly me: Me
  /** What the routes of the server will allow. The console only hides what they would refuse. */
  readonly may: (permission: string) => boolean
}

const Context = createContext<Administrator | null>(null)

export function useAdministrator(): Administrator {
  const administrator = use(Context)
  if (administrator === null) throw new Error('no one is signed in')
  return administrator
}

/** Reads who is signed in, and what they may do, before it shows anything. */
export function AdministratorProvider({ children }: { readonly children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['administrator'],
    queryFn: async () => ({ me: await proxima.me.get(), permissions: await ownPermissions() }),
    staleTime: 60_000,
  })
  const administrator = useMemo(
    () =>
      data && { me: data.me, may: (permission: string) => data.permissions?.includes(permission) ?? true },
    [data],
  )
  if (administrator !== undefined) return <Context value={administrator}>{children}</Context>
  if (error === null) return null
  return <FailedPart title="Your account could not be loaded" error={error} retry={refetch} />
}

/** The permissions that the session has now; null if they are too many for a token, which then has none of them. */
async function ownPermissions(): Promise<readonly string[] | null> {
  await proxima.session.refresh()
  const [, claims = ''] = (await proxima.session.accessToken()).split('.')
  const text = atob(claims.replaceAll('-', '+').replaceAll('_', '/'))
  const { permissions = null } = JSON.parse(text) as { readonly permissions?: readonly string[] }
  return permissions
}
