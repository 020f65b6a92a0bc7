import type { ClientDetails, NewClientSecret } from '@proxima/client'
import { useState } from 'react'
import { act } from '../acts/act.ts'
import { Cancelled, messageOf } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { DangerDialog } from '../kit/danger-dialog.tsx'
import { Icon } from '../kit/icon.tsx'
import { formatDateTime } from '../kit/time.ts'
import { notifyFailure } from '../kit/toasts.tsx'
import { SecretDialog } from './secret-dialog.tsx'

interface ClientProps {
  readonly client: ClientDetails
}

/** While there are two, both work, so that a program can change from one to the other. */
const secretsMax = 2

export function ClientSecrets({ client }: ClientProps) {
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>Secrets</h2>
          <p>Add a second one, give it to the program, and then delete the first.</p>
        </div>
        <AddButton client={client} />
      </div>
      <ul className="rows">
        {client.secrets.map((secret) => (
          <SecretRow key={secret.id} client={client} secret={secret} />
        ))}
      </ul>
      {client.secrets.length === 0 && <p className="card-body muted">It has none, so it gets no tokens.</p>}
    </section>
  )
}

function AddButton({ client }: ClientProps) {
  const { may } = useAdministrator()
  const [added, setAdded] = useState<NewClientSecret | null>(null)
  const add = async () => {
    try {
      setAdded(await act(() => proxima.clients.addSecret(client.id)))
      await queries.invalidateQueries({ queryKey: ['clients'] })
    } catch (error) {
      if (!(error instanceof Cancelled)) notifyFailure(messageOf(error))
    }
  }
  return (
    <>
      {may('clients:write') && client.secrets.length < secretsMax && (
        <button className="btn btn-secondary" type="button" onClick={() => void add()}>
          Add a secret
        </button>
      )}
      {added && (
        <SecretDialog
          title={`A secret of ${client.client_name}`}
          value={added.client_secret}
          close={() => setAdded(null)}
        />
      )}
    </>
  )
}

interface SecretProps extends ClientProps {
  readonly secret: ClientDetails['secrets'][number]
}

function SecretRow({ client, secret }: SecretProps) {
  const { may } = useAdministrator()
  const [asks, setAsks] = useState(false)
  return (
    <li className="row">
      <span className="disc">
        <Icon name="key" />
      </span>
      <div className="row-main">
        <p className="row-title">Made {formatDateTime(secret.created_at)}</p>
      </div>
      {may('clients:write') && (
        <div className="row-end">
          <button className="btn btn-danger btn-s" type="button" onClick={() => setAsks(true)}>
            Delete
          </button>
        </div>
      )}
      {asks && (
        <DangerDialog
          title="Delete this secret"
          description="A program that still uses it is refused at once. It cannot be brought back."
          work={() => proxima.clients.deleteSecret(client.id, secret.id)}
          done="The secret is deleted"
          button="Delete the secret"
          busyText="Deleting…"
          close={() => setAsks(false)}
        />
      )}
    </li>
  )
}
