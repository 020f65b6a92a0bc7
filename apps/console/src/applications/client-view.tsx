import type { ClientDetails } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { hasCode } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { formatDateTime } from '../kit/time.ts'
import { useTitle } from '../kit/use-title.ts'
import { signsPeopleIn } from './client-kinds.ts'
import { ClientSecrets } from './client-secrets.tsx'
import { grantText, proofText } from './client-text.ts'
import { DeleteClientDialog } from './delete-client-dialog.tsx'
import { PeopleFacts } from './people-facts.tsx'
import { RenameClientDialog } from './rename-client-dialog.tsx'

export function ClientView({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['clients', 'one', id],
    queryFn: ({ signal }) => proxima.clients.get(id, { signal }),
  })
  useTitle(data?.client_name ?? 'Client')
  return (
    <>
      <Link className="back" href="/">
        <Icon name="back" />
        Applications
      </Link>
      {hasCode(error, 'not_found') ? (
        <section className="card">
          <Empty icon="find" title="There is no such client">
            It may have been deleted.
          </Empty>
        </section>
      ) : (
        error !== null && <FailedPart title="This client could not be loaded" error={error} retry={refetch} />
      )}
      {data && <Client client={data} />}
      {data === undefined && error === null && <SkeletonLines lines={8} />}
    </>
  )
}

interface ClientProps {
  readonly client: ClientDetails
}

function Client({ client }: ClientProps) {
  return (
    <>
      <Header client={client} />
      <section className="card" aria-label="What it may do">
        <Facts client={client} />
      </section>
      {client.jwks === null && client.token_endpoint_auth_method !== 'none' && (
        <ClientSecrets client={client} />
      )}
    </>
  )
}

function Header({ client }: ClientProps) {
  const { may } = useAdministrator()
  const [opened, setOpened] = useState<'rename' | 'delete' | null>(null)
  const close = () => setOpened(null)
  return (
    <div className="bar between">
      <h1>
        <bdi>{client.client_name}</bdi>
      </h1>
      {may('clients:write') && (
        <div className="bar">
          <button className="btn btn-secondary" type="button" onClick={() => setOpened('rename')}>
            Edit
          </button>
          <button className="btn btn-danger" type="button" onClick={() => setOpened('delete')}>
            Delete
          </button>
        </div>
      )}
      {opened === 'rename' && <RenameClientDialog client={client} close={close} />}
      {opened === 'delete' && <DeleteClientDialog client={client} close={close} />}
    </div>
  )
}

function Facts({ client }: ClientProps) {
  return (
    <dl className="facts card-body">
      <dt>Client ID</dt>
      <dd className="mono small">{client.client_id}</dd>
      <dt>Gets tokens</dt>
      <dd>{client.grant_types.map(grantText).join(', ')}</dd>
      <dt>Proves itself</dt>
      <dd>{proofText(client.token_endpoint_auth_method)}</dd>
      <dt>{signsPeopleIn(client) ? 'Scopes and permissions' : 'Permissions'}</dt>
      <dd>{client.scope || <span className="muted">None</span>}</dd>
      {signsPeopleIn(client) && <PeopleFacts client={client} />}
      {client.service_account_id !== null && (
        <>
          <dt>Acts for</dt>
          <dd>
            <Link href={`/service-accounts/${client.service_account_id}`}>its service account</Link>
          </dd>
        </>
      )}
      <dt>Made</dt>
      <dd>{formatDateTime(client.created_at)}</dd>
      <dt>Changed</dt>
      <dd>{formatDateTime(client.updated_at)}</dd>
    </dl>
  )
}
