import type { ClientDetails } from '@proxima/client'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, typedOf, useForm } from '../kit/form.tsx'
import { notify } from '../kit/toasts.tsx'
import { signsPeopleIn } from './client-kinds.ts'
import { PeopleFields, peopleBody, peopleFieldNames } from './people-fields.tsx'

interface DialogProps {
  readonly client: ClientDetails
  readonly close: () => void
}

export function RenameClientDialog({ client, close }: DialogProps) {
  const form = useForm(async (fields) => {
    const body = {
      client_name: typedOf(fields, 'client_name').trim(),
      scope: typedOf(fields, 'scope').trim(),
      ...(signsPeopleIn(client) && peopleBody(fields)),
    }
    const changed = await act(() => proxima.clients.update(client.id, body))
    await queries.invalidateQueries({ queryKey: ['clients'] })
    notify(`${changed.client_name} is changed`)
    close()
  })
  return (
    <Dialog title={`Edit ${client.client_name}`} close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['client_name', 'scope', ...peopleFieldNames]} />
        <Field
          label="Name"
          name="client_name"
          defaultValue={client.client_name}
          error={form.error}
          required
        />
        {signsPeopleIn(client) && <PeopleFields client={client} error={form.error} />}
        <Field
          label={signsPeopleIn(client) ? 'Scopes and permissions' : 'Permissions'}
          name="scope"
          hint="Separated by spaces. Tokens that have more lose it at once."
          defaultValue={client.scope}
          isOptional
          error={form.error}
          autoCapitalize="none"
          spellCheck={false}
        />
        <FormActions isBusy={form.isBusy} busyText="Saving…" close={close}>
          Save
        </FormActions>
      </form>
    </Dialog>
  )
}
