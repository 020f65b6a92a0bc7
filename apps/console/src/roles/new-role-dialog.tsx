import { useLocation } from 'wouter'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, typedOf, useForm } from '../kit/form.tsx'

export function NewRoleDialog({ close }: { readonly close: () => void }) {
  const [, navigate] = useLocation()
  const form = useForm(async (fields) => {
    const description = textOf(fields, 'description')
    const body = { name: typedOf(fields, 'name').trim(), ...(description && { description }) }
    const role = await act(() => proxima.roles.create(body))
    await queries.invalidateQueries({ queryKey: ['roles'] })
    close()
    navigate(`/${role.name}`)
  })
  return (
    <Dialog title="New role" description="Then choose what it allows." close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['name', 'description']} />
        <Field
          label="Name"
          name="name"
          hint="Small letters, digits and dashes, such as support."
          error={form.error}
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <Field
          label="Description"
          name="description"
          hint="What the people who have it do."
          isOptional
          error={form.error}
        />
        <FormActions isBusy={form.isBusy} busyText="Creating…" close={close}>
          Create the role
        </FormActions>
      </form>
    </Dialog>
  )
}
