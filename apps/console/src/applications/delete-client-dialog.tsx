import type { ClientDetails } from '@proxima/client'
import { useLocation } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { DeleteByNameDialog } from '../kit/delete-by-name-dialog.tsx'
import { notify } from '../kit/toasts.tsx'

interface DialogProps {
  readonly client: ClientDetails
  readonly close: () => void
}

export function DeleteClientDialog({ client, close }: DialogProps) {
  const [, navigate] = useLocation()
  const leave = async () => {
    navigate('/')
    await queries.invalidateQueries({ queryKey: ['clients'] })
    notify(`${client.client_name} is deleted`)
  }
  return (
    <DeleteByNameDialog
      name={client.client_name}
      title={`Delete ${client.client_name}`}
      description="Its tokens and its sessions end at once. It cannot be brought back."
      work={() => proxima.clients.delete(client.id)}
      afterwards={leave}
      button="Delete the client"
      close={close}
    />
  )
}
