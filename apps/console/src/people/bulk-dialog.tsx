import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { proxima } from '../api/proxima.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, useForm } from '../kit/form.tsx'
import type { PeopleFilter } from './filter.ts'
import type { Selection } from './selection.ts'
import { startJob, targetOf } from './user-job.ts'

interface BulkDialogProps {
  readonly action: 'suspend' | 'add_role'
  readonly selection: Selection
  readonly filter: PeopleFilter
  readonly close: () => void
}

const texts = {
  suspend: {
    title: 'Suspend everyone who matches',
    description: 'It signs them out at once, and they cannot sign in until someone restores them.',
    button: 'Suspend them',
  },
  add_role: {
    title: 'Add a role',
    description: 'They can do what the role allows from their next request on.',
    button: 'Add the role',
  },
} as const

/** Asks for what the act needs. The job then goes on by itself. */
export function BulkDialog({ action, selection, filter, close }: BulkDialogProps) {
  const { title, description, button } = texts[action]
  const form = useForm(async (fields) => {
    const [reason, role] = [textOf(fields, 'reason'), textOf(fields, 'role')]
    await startJob({
      action,
      ...targetOf(selection, filter),
      ...(reason && { reason }),
      ...(role && { role }),
    })
    selection.clear()
    close()
  })
  return (
    <Dialog title={title} description={description} close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['reason']} />
        {action === 'suspend' ? (
          <Field
            label="Reason"
            name="reason"
            hint="Support and the person can see it."
            isOptional
            maxLength={500}
            error={form.error}
          />
        ) : (
          <RoleField />
        )}
        <FormActions isBusy={form.isBusy} busyText="Starting…" isDanger={action === 'suspend'} close={close}>
          {button}
        </FormActions>
      </form>
    </Dialog>
  )
}

function RoleField() {
  const id = useId()
  const { data: roles = [] } = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: async ({ signal }) => (await proxima.roles.list({ limit: 100 }, { signal }).page()).data,
  })
  return (
    <div className="field">
      <label htmlFor={id}>Role</label>
      <select className="input" id={id} name="role" required>
        {roles.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  )
}
