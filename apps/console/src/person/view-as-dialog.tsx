import type { ManagedUserDetails } from '@proxima/client'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, typedOf, useForm } from '../kit/form.tsx'
import { nameOf } from '../kit/person-parts.tsx'

interface DialogProps {
  readonly person: ManagedUserDetails
  readonly close: () => void
}

/** Leads to the pages of the account, as its owner sees them. Nothing can be changed there. */
export function ViewAsDialog({ person, close }: DialogProps) {
  const form = useForm(async (fields) => {
    const reason = typedOf(fields, 'reason').trim()
    await act(() => proxima.users.impersonate(person.id, { reason, mode: 'cookie' }))
    location.assign('/account')
  })
  return (
    <Dialog
      title={`See the account of ${nameOf(person)}`}
      description="For a few minutes, you see what its owner sees, and can change nothing. It takes the place of your own session in this browser: sign in again afterwards."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['reason']} />
        <Field
          label="Reason"
          name="reason"
          hint="Such as the number of a ticket. It is kept in the audit trail, and the owner may see it."
          error={form.error}
          minLength={3}
          required
        />
        <FormActions isBusy={form.isBusy} busyText="Opening…" close={close}>
          See the account
        </FormActions>
      </form>
    </Dialog>
  )
}
