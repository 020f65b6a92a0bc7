import type { CreatedClient } from '@proxima/client'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Choice } from '../kit/choices.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, typedOf, useForm } from '../kit/form.tsx'
import { type ClientKind, clientKinds, fieldsOfKind } from './client-kinds.ts'
import { PeopleFields, peopleBody, peopleFieldNames } from './people-fields.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** Makes a client of the usual kinds. What is unusual needs more than a form, so the API makes it. */
export function NewClientDialog({ close }: { readonly close: () => void }) {
  const [created, setCreated] = useState<CreatedClient | null>(null)
  const [kind, setKind] = useState<ClientKind>('service')
  const [, navigate] = useLocation()
  const form = useForm(async (fields) => {
    const scope = textOf(fields, 'scope')
    const body = {
      client_name: typedOf(fields, 'client_name').trim(),
      ...fieldsOfKind(kind),
      ...(kind !== 'service' && peopleBody(fields)),
      ...(scope && { scope }),
    }
    const made = await act(() => proxima.clients.create(body))
    await queries.invalidateQueries({ queryKey: ['clients'] })
    if (made.client_secret !== null) return setCreated(made)
    close()
    navigate(`/${made.id}`)
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
      description="A program or an application that gets tokens. Its secret is shown once."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['client_name', 'scope', ...peopleFieldNames]} />
        <Choice label="What it is" name="kind" value={kind} choices={clientKinds} onChange={setKind} />
        <Field label="Name" name="client_name" error={form.error} required />
        {kind !== 'service' && <PeopleFields error={form.error} />}
        <Field
          label={kind === 'service' ? 'Permissions' : 'Scopes and permissions'}
          name="scope"
          hint={
            kind === 'service'
              ? 'Separated by spaces, such as users:read. If empty, all that its roles allow.'
              : 'Separated by spaces. If empty: openid profile email offline_access.'
          }
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
