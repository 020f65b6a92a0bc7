import type { ExportUsersQuery, ListUsersQuery } from '@proxima/client'
import { useSearchParams } from 'wouter'

/** What the list shows. All of it is in the address, so that it can be sent to a colleague. */
export interface PeopleFilter {
  readonly q: string
  readonly status: NonNullable<ListUsersQuery['status']> | null
  readonly role: string | null
  readonly verified: 'true' | 'false' | null
  readonly sort: NonNullable<ListUsersQuery['sort']>
}

export const statuses = [
  { value: 'active', text: 'Active' },
  { value: 'pending', text: 'Pending' },
  { value: 'suspended', text: 'Suspended' },
  { value: 'deleted', text: 'Deleted' },
] as const

export const everyone: PeopleFilter = { q: '', status: null, role: null, verified: null, sort: '-created_at' }

export function usePeopleFilter() {
  const [params, setParams] = useSearchParams()
  const filter = filterOf(params)
  const change = (changes: Partial<PeopleFilter>) => {
    setParams(paramsOf({ ...filter, ...changes }), { replace: 'q' in changes })
  }
  return { filter, change }
}

function filterOf(params: URLSearchParams): PeopleFilter {
  const status = statuses.find(({ value }) => value === params.get('status'))?.value ?? null
  const verified = params.get('verified')
  return {
    q: params.get('q') ?? '',
    status,
    role: params.get('role'),
    verified: verified === 'true' || verified === 'false' ? verified : null,
    sort: params.get('sort') === 'created_at' ? 'created_at' : '-created_at',
  }
}

function paramsOf({ sort, ...filter }: PeopleFilter): URLSearchParams {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return new URLSearchParams([...given, ...(sort === everyone.sort ? [] : [['sort', sort]])] as [
    string,
    string,
  ][])
}

/** The filter, as the API takes it. */
export function queryOf({ q, status, role, verified }: PeopleFilter): ExportUsersQuery {
  return {
    ...(q.trim() !== '' && { q: q.trim() }),
    ...(status && { status }),
    ...(role && { role }),
    ...(verified && { verified: verified === 'true' }),
  }
}

export function isFiltered(filter: PeopleFilter): boolean {
  return Object.keys(queryOf(filter)).length > 0
}
