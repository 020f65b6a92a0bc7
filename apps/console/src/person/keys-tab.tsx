import type { ManagedUserDetails } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { KeyRow } from '../kit/key-row.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'

export function KeysTab({ person }: { readonly person: ManagedUserDetails }) {
  const { may } = useAdministrator()
  const { data, error, refetch } = useQuery({
    queryKey: ['users', person.id, 'keys'],
    queryFn: async ({ signal }) =>
      (await proxima.users.apiKeys(person.id, { limit: 100 }, { signal }).page()).data,
  })
  return (
    <section className="card">
      <div className="card-head">
        <h2>API keys</h2>
        <p>With them, programs call in the name of this person.</p>
      </div>
      {error !== null && <FailedPart title="Keys could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.length === 0 && (
        <Empty icon="key" title="No keys">
          People make keys themselves, in their account.
        </Empty>
      )}
      <ul className="rows">
        {data?.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            revoke={() => proxima.users.revokeApiKey(person.id, key.id)}
            mayRevoke={may('users:write')}
          />
        ))}
      </ul>
    </section>
  )
}
