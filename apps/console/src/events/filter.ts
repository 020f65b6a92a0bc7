import type { ListAuditEventsQuery } from '@proxima/client'
import { useSearchParams } from 'wouter'

const names = [
  'account_id',
  'actor_id',
  'action',
  'outcome',
  'reason',
  'ip_address',
  'request_id',
  'from',
  'to',
] as const
type Name = (typeof names)[number]

/** Which events to show. All of it is in the address. */
export type EventFilter = Readonly<Partial<Record<Name, string>>>

export function useEventFilter() {
  const [params, setParams] = useSearchParams()
  const filter: EventFilter = Object.fromEntries(
    names.flatMap((name) => {
      const value = params.get(name)
      return value ? [[name, value]] : []
    }),
  )
  const change = (changes: Partial<Record<Name, string | null>>) => {
    const next = { ...filter, ...changes }
    setParams(
      Object.fromEntries(Object.entries(next).filter((pair): pair is [string, string] => Boolean(pair[1]))),
    )
  }
  return { filter, change }
}

/** The filter, as the API takes it. */
export function queryOf(filter: EventFilter): ListAuditEventsQuery {
  return filter as ListAuditEventsQuery
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*)$/i

/** Which filter a text means: a request, an address of the network; null if it is neither. */
export function meaningOf(text: string): Partial<Record<Name, string>> | null {
  if (uuid.test(text)) return { request_id: text }
  return address.test(text) ? { ip_address: text } : null
}
