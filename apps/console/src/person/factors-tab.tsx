import type { Factors, ManagedUserDetails } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatAgo, formatDate } from '../kit/time.ts'
import { wordsOf } from '../kit/words.ts'
import { ResetFactorsDialog } from './reset-factors-dialog.tsx'

interface PersonProps {
  readonly person: ManagedUserDetails
}

/** What the person has added, never a secret. */
export function FactorsTab({ person }: PersonProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['users', person.id, 'factors'],
    queryFn: ({ signal }) => proxima.users.factors(person.id, { signal }),
  })
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>Second factors</h2>
          {data && data.data.length > 0 && <p>Recovery codes left: {data.recovery_codes_left}</p>}
        </div>
        {data && data.data.length > 0 && <ResetButton person={person} />}
      </div>
      {error !== null && (
        <FailedPart title="Second factors could not be loaded" error={error} retry={refetch} />
      )}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.data.length === 0 && (
        <Empty icon="key" title="No second factor">
          People add one themselves, in their account.
        </Empty>
      )}
      <ul className="rows">
        {data?.data.map((factor) => (
          <FactorRow key={factor.id} factor={factor} />
        ))}
      </ul>
    </section>
  )
}

const kinds: Readonly<Record<string, string>> = { totp: 'Authenticator app', passkey: 'Passkey' }

function FactorRow({ factor }: { readonly factor: Factors['data'][number] }) {
  const { name, kind, created_at, last_used_at, synced } = factor
  const used = last_used_at === null ? 'never used' : `last used ${formatAgo(last_used_at)}`
  const copied = synced === null ? '' : synced ? ', copied to other devices' : ', on one device'
  return (
    <li className="row">
      <span className="disc">
        <Icon name="key" />
      </span>
      <div className="row-main">
        <p className="row-title">
          <bdi>{name}</bdi>
        </p>
        <p className="row-note">
          {kinds[kind] ?? wordsOf(kind)}, added {formatDate(created_at)}, {used}
          {copied}
        </p>
      </div>
    </li>
  )
}

function ResetButton({ person }: PersonProps) {
  const { me, may } = useAdministrator()
  const [asks, setAsks] = useState(false)
  if (!may('users:reset-factors') || person.id === me.id) return null
  return (
    <>
      <button className="btn btn-danger" type="button" onClick={() => setAsks(true)}>
        Reset
      </button>
      {asks && <ResetFactorsDialog person={person} close={() => setAsks(false)} />}
    </>
  )
}
