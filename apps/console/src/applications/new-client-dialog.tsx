import type { CreatedClient } from '@proxima/client'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, typedOf, useForm } from '../kit/form.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** Makes a client that calls for itself. The other kinds need more than a form, so the API makes them. */
export function NewClientDialog({ close }: { readonly close: () => void }) {
  const [created, setCreated] = useState<CreatedClient | null>(null)
  const [, navigate] = useLocation()
  const form = useForm(async (fields) => {
    const scope = textOf(fields, 'scope')
    const body = { client_name: typedOf(fields, 'client_name').trim(), ...(scope && { scope }) }
    setCreated(await act(() => proxima.clients.create(body)))
    await queries.invalidateQueries({ queryKey: ['clients'] })
  })
  if (created !== null) {
    const end = () => {
      close()
      navigate(`/${created.id}`)
    }
    return (
      <SecretDialog
        title={`The secret of ${created.client_name}`}
        value={created.client_secret ?? ''}
        close={end}
      />
    )
  }
  return (
    <Dialog
      title="New client"
      description="A program that gets tokens for itself. Its secret is shown once."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['client_name', 'scope']} />
        <Field label="Name" name="client_name" error={form.error} required />
        <Field
          label="Permissions"
          name="scope"
          hint="Separated by spaces, such as users:read. If empty, all that its roles allow."
          isOptional
          error={form.error}
          autoCapitalize="none"
          spellCheck={false}
        />
        <FormActions isBusy={form.isBusy} busyText="Creating…" close={close}>
          Create the client
        </FormActions>
      </form>
    </Dialog>
  )
}
