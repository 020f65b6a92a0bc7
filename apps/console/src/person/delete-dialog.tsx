import type { Erasure, ManagedUserDetails, Receipt } from '@proxima/client'
import { useState } from 'react'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { FormActions, FormFailure, useForm } from '../kit/form.tsx'
import { Once } from '../kit/once.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { formatDateTime } from '../kit/time.ts'
import { TypedName } from '../kit/typed-name.tsx'

interface DeleteDialogProps {
  readonly person: ManagedUserDetails
  readonly close: () => void
}

/** Asks for the name, because a deletion ends by itself in an erasure. Then it shows the receipt. */
export function DeleteDialog({ person, close }: DeleteDialogProps) {
  const name = person.username ?? nameOf(person)
  const [typed, setTyped] = useState('')
  const [receipt, setReceipt] = useState<Receipt | Erasure | null>(null)
  const form = useForm(async () => {
    if (typed !== name) return
    setReceipt(await act(() => proxima.users.delete(person.id)))
  })
  const end = async () => {
    close()
    await queries.invalidateQueries()
  }
  if (receipt !== null) return <ReceiptDialog receipt={receipt} close={() => void end()} />
  return (
    <Dialog
      title={`Delete the account of ${nameOf(person)}`}
      description="They are signed out at once. Within the time that your settings give, the account can be restored; then everything is erased."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} />
        <TypedName name={name} typed={typed} type={setTyped} />
        <FormActions isBusy={form.isBusy} busyText="Deleting…" isDanger close={close}>
          Delete the account
        </FormActions>
      </form>
    </Dialog>
  )
}

function ReceiptDialog({
  receipt,
  close,
}: {
  readonly receipt: Receipt | Erasure
  readonly close: () => void
}) {
  const until = 'restorable_until' in receipt ? receipt.restorable_until : null
  return (
    <Dialog
      title="The account is deleted"
      description={`${until === null ? 'Everything is erased.' : `It can be restored until ${formatDateTime(until)}.`} This receipt proves it. We show it this once.`}
      close={close}
    >
      <Once value={receipt.receipt ?? ''} close={close} />
    </Dialog>
  )
}
