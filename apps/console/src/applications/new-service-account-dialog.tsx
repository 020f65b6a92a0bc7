import { useLocation } from 'wouter'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, typedOf, useForm } from '../kit/form.tsx'

export function NewServiceAccountDialog({ close }: { readonly close: () => void }) {
  const [, navigate] = useLocation()
  const form = useForm(async (fields) => {
    const body = { name: typedOf(fields, 'name').trim() }
    const { id } = await act(() => proxima.serviceAccounts.create(body))
    await queries.invalidateQueries({ queryKey: ['service-accounts'] })
    close()
    navigate(`/service-accounts/${id}`)
  })
  return (
    <Dialog title="New service account" description="Then make a key for it." close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['name']} />
        <Field label="Name" name="name" hint="Which program it is." error={form.error} required />
        <FormActions isBusy={form.isBusy} busyText="Creating…" close={close}>
          Create the account
        </FormActions>
      </form>
    </Dialog>
  )
}
