import type { ServiceAccount } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proxima } from '../api/proxima.ts'
import { Icon } from '../kit/icon.tsx'
import { KeyRow } from '../kit/key-row.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'

export function AccountKeys({ account }: { readonly account: ServiceAccount }) {
  const [creates, setCreates] = useState(false)
  const keys = proxima.serviceAccounts.apiKeys(account.id)
  const { data, error, refetch } = useQuery({
    queryKey: ['service-accounts', account.id, 'keys'],
    queryFn: async ({ signal }) => (await keys.list({ limit: 100 }, { signal }).page()).data,
  })
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>API keys</h2>
          <p>A program sends one with each call.</p>
        </div>
        <button className="btn btn-primary" type="button" onClick={() => setCreates(true)}>
          <Icon name="plus" />
          New key
        </button>
      </div>
      {error !== null && <FailedPart title="Keys could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.length === 0 && (
        <Empty icon="key" title="No keys">
          Make the first one, and put it where the program reads its settings.
        </Empty>
      )}
      <ul className="rows">
        {data?.map((key) => (
          <KeyRow key={key.id} apiKey={key} revoke={() => keys.revoke(key.id)} mayRevoke />
        ))}
      </ul>
      {creates && <NewKeyDialog account={account} close={() => setCreates(false)} />}
    </section>
  )
}
