import type { ManagedUserDetails } from '@proxima/client'
import { Link } from 'wouter'
import { EventRows } from './event-rows.tsx'

export function EventsTab({ person }: { readonly person: ManagedUserDetails }) {
  return (
    <section className="card">
      <div className="card-head between">
        <h2>Events about this account</h2>
        <Link href={`~/console/events?account_id=${person.id}`}>Search and filter</Link>
      </div>
      <EventRows accountId={person.id} limit={50} />
    </section>
  )
}
