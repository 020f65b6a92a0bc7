import type { Role } from '@proxima/client'
import { useLocation } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { DeleteByNameDialog } from '../kit/delete-by-name-dialog.tsx'
import { notify } from '../kit/toasts.tsx'

export function DeleteRoleDialog({ role, close }: { readonly role: Role; readonly close: () => void }) {
  const [, navigate] = useLocation()
  const leave = async () => {
    navigate('/')
    await queries.invalidateQueries({ queryKey: ['roles'] })
    notify(`The role ${role.name} is deleted`)
  }
  return (
    <DeleteByNameDialog
      name={role.name}
      title={`Delete the role ${role.name}`}
      description="Everyone who has it loses it at once. It cannot be brought back."
      work={() => proxima.roles.delete(role.name)}
      afterwards={leave}
      button="Delete the role"
      close={close}
    />
  )
}
