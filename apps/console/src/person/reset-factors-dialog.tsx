import type { ManagedUserDetails } from '@proxima/client'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, typedOf, useForm } from '../kit/form.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { notify } from '../kit/toasts.tsx'

interface DialogProps {
  readonly person: ManagedUserDetails
  readonly close: () => void
}

/** For someone who has lost them all. What it removes cannot come back, so it asks for a reason. */
export function ResetFactorsDialog({ person, close }: DialogProps) {
  const form = useForm(async (fields) => {
    await act(() => proxima.users.resetFactors(person.id, { reason: typedOf(fields, 'reason').trim() }))
    await queries.invalidateQueries()
    notify(`The second factors of ${nameOf(person)} are removed`)
    close()
  })
  return (
    <Dialog
      title={`Reset the second factors of ${nameOf(person)}`}
      description="First make sure that the right person asks. They are signed out everywhere, and notified by every contact. After that, the password alone opens the account, unless a second factor is required."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['reason']} />
        <Field
          label="Reason"
          name="reason"
          hint="Such as the number of a ticket. It is kept in the audit trail."
          error={form.error}
          minLength={3}
          required
        />
        <FormActions isBusy={form.isBusy} busyText="Removing…" isDanger close={close}>
          Remove all second factors
        </FormActions>
      </form>
    </Dialog>
  )
}
