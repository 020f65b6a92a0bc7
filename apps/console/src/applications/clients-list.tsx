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
import { countOf } from '../kit/words.ts'
import { grantText } from './client-text.ts'
import { NewClientDialog } from './new-client-dialog.tsx'

export function ClientsList() {
  const pages = usePages()
  const { data, error, refetch } = useQuery({
    queryKey: ['clients', pages.cursor],
    queryFn: ({ signal }) => proxima.clients.list({ limit: 30 }, { signal }).page(pages.cursor),
  })
  return (
    <section className="card" aria-label="Clients">
      <Head />
      {error !== null && <FailedPart title="Clients could not be loaded" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.data.length === 0 && pages.number === 1 && (
        <Empty icon="applications" title="No clients yet">
          A client is a program that gets tokens from this server, such as your backend.
        </Empty>
      )}
      {data && data.data.length > 0 && (
        <>
          <ul className="rows">
            {data.data.map((client) => (
              <li key={client.id} className="row">
                <span className="disc">
                  <Icon name="applications" />
                </span>
                <div className="row-main">
                  <p className="row-title">
                    <Link href={`/${client.id}`}>
                      <bdi>{client.client_name}</bdi>
                    </Link>
                  </p>
                  <p className="row-note">
                    {client.grant_types.map(grantText).join(', ')}. Made {formatDate(client.created_at)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          <Pager pages={pages} shown={countOf(data.data.length, 'client')} next={data.next_cursor} />
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
        <h2>Clients</h2>
        <p>Programs that get tokens by OAuth.</p>
      </div>
      {may('clients:write') && (
        <button className="btn btn-primary" type="button" onClick={() => setCreates(true)}>
          <Icon name="plus" />
          New client
        </button>
      )}
      {creates && <NewClientDialog close={() => setCreates(false)} />}
    </div>
  )
}
