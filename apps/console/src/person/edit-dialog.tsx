import type { ManagedUserDetails, PatchUserBody } from '@proxima/client'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, useForm } from '../kit/form.tsx'
import { notify } from '../kit/toasts.tsx'

const fields = [
  { name: 'full_name', label: 'Name' },
  { name: 'given_name', label: 'Given names' },
  { name: 'family_name', label: 'Family names' },
  { name: 'username', label: 'Username' },
  { name: 'email', label: 'Email' },
  { name: 'phone_number', label: 'Phone' },
  { name: 'locale', label: 'Language' },
] as const

interface EditDialogProps {
  readonly person: ManagedUserDetails
  readonly close: () => void
}

/** Sends only what was changed, so that a colleague who changes something else loses nothing. */
export function EditDialog({ person, close }: EditDialogProps) {
  const form = useForm(async (given) => {
    const changes = Object.fromEntries(
      fields
        .map(({ name }) => [name, textOf(given, name) ?? null] as const)
        .filter(([name, value]) => value !== person[name]),
    ) as PatchUserBody
    if (Object.keys(changes).length > 0) {
      await act(() => proxima.users.update(person.id, changes))
      await queries.invalidateQueries()
      notify('Saved')
    }
    close()
  })
  return (
    <Dialog
      title="Change the account"
      description="A new email or phone is not verified until its owner confirms it."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={fields.map(({ name }) => name)} />
        {fields.map(({ name, label }) => (
          <Field key={name} name={name} label={label} defaultValue={person[name] ?? ''} error={form.error} />
        ))}
        <FormActions isBusy={form.isBusy} busyText="Saving…" close={close}>
          Save changes
        </FormActions>
      </form>
    </Dialog>
  )
}
