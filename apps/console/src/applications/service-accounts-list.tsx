import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Pager } from '../kit/pager.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatDate } from '../kit/time.ts'
import { usePages } from '../kit/use-pages.ts'
import { countOf, wordsOf } from '../kit/words.ts'
import { NewServiceAccountDialog } from './new-service-account-dialog.tsx'

export function ServiceAccountsList() {
  const pages = usePages()
  const { data, error, refetch } = useQuery({
    queryKey: ['service-accounts', pages.cursor],
    queryFn: ({ signal }) => proxima.serviceAccounts.list({ limit: 30 }, { signal }).page(pages.cursor),
  })
  return (
    <section className="card" aria-label="Service accounts">
      <Head />
      {error !== null && (
        <FailedPart title="Service accounts could not be loaded" error={error} retry={refetch} />
      )}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.data.length === 0 && pages.number === 1 && (
        <Empty icon="key" title="No service accounts yet">
          A program without a person calls with the API key of a service account.
        </Empty>
      )}
      {data && data.data.length > 0 && (
        <>
          <ul className="rows">
            {data.data.map(({ id, name, status, created_at }) => (
              <li key={id} className="row">
                <span className="disc">
                  <Icon name="key" />
                </span>
                <div className="row-main">
                  <p className="row-title">
                    <Link href={`/service-accounts/${id}`}>
                      <bdi>{name}</bdi>
                    </Link>
                  </p>
                  <p className="row-note">
                    {wordsOf(status)}. Made {formatDate(created_at)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          <Pager
            pages={pages}
            shown={countOf(data.data.length, 'service account')}
            next={data.next_cursor}
            labels={['Older', 'Newer']}
          />
        </>
      )}
    </section>
  )
}

function Head() {
  const { may } = useAdministrator()
  const [creates, setCreates] = useState(false)
  return (
    <div className="card-head between">
      <div>
        <h2>Service accounts</h2>
        <p>Accounts of programs. No one can sign in to them.</p>
      </div>
      {may('users:write') && (
        <button className="btn btn-primary" type="button" onClick={() => setCreates(true)}>
          <Icon name="plus" />
          New service account
        </button>
      )}
      {creates && <NewServiceAccountDialog close={() => setCreates(false)} />}
    </div>
  )
}
