import type { ManagedUserDetails } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { MessagesTable } from '../messages/messages-table.tsx'

const shownMax = 50

export function MessagesTab({ person }: { readonly person: ManagedUserDetails }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['messages', 'to', person.id],
    queryFn: async ({ signal }) =>
      (await proxima.messages.list({ user_id: person.id, limit: shownMax }, { signal }).page()).data,
  })
  return (
    <section className="card">
      <div className="card-head between">
        <h2>Messages to this person</h2>
        <Link href={`~/console/messages?user_id=${person.id}`}>All of them</Link>
      </div>
      {error !== null && <FailedPart title="Messages could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.length === 0 && (
        <Empty icon="messages" title="No messages">
          Codes and notices to this person appear here.
        </Empty>
      )}
      {data && data.length > 0 && <MessagesTable messages={data} showsRecipient={false} />}
    </section>
  )
}
