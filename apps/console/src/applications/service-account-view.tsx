import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { hasCode } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { useTitle } from '../kit/use-title.ts'
import { wordsOf } from '../kit/words.ts'
import { AccountKeys } from './account-keys.tsx'

export function ServiceAccountView({ id }: { readonly id: string }) {
  const { may } = useAdministrator()
  const { data, error, refetch } = useQuery({
    queryKey: ['service-accounts', 'one', id],
    queryFn: ({ signal }) => proxima.serviceAccounts.get(id, { signal }),
  })
  useTitle(data?.name ?? 'Service account')
  return (
    <>
      <Link className="back" href="/service-accounts">
        <Icon name="back" />
        Service accounts
      </Link>
      {hasCode(error, 'not_found') ? (
        <section className="card">
          <Empty icon="find" title="There is no such service account">
            It may have been deleted.
          </Empty>
        </section>
      ) : (
        error !== null && (
          <FailedPart title="This service account could not be loaded" error={error} retry={refetch} />
        )
      )}
      {data === undefined && error === null && <SkeletonLines />}
      {data && (
        <>
          <div className="bar">
            <h1>
              <bdi>{data.name}</bdi>
            </h1>
            <span className={data.status === 'active' ? 'badge badge-ok' : 'badge badge-bad'}>
              {wordsOf(data.status)}
            </span>
          </div>
          {may('keys:write') ? (
            <AccountKeys account={data} />
          ) : (
            <section className="card">
              <Empty icon="key" title="You may not see its keys">
                This needs the permission <code>keys:write</code>.
              </Empty>
            </section>
          )}
        </>
      )}
    </>
  )
}
