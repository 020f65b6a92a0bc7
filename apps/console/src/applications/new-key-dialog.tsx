import type { IssuedApiKey, ServiceAccount } from '@proxima/client'
import { useState } from 'react'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, typedOf, useForm } from '../kit/form.tsx'
import { SecretDialog } from './secret-dialog.tsx'

interface DialogProps {
  readonly account: ServiceAccount
  readonly close: () => void
}

export function NewKeyDialog({ account, close }: DialogProps) {
  const [issued, setIssued] = useState<IssuedApiKey | null>(null)
  const form = useForm(async (fields) => {
    const body = {
      name: typedOf(fields, 'name').trim(),
      permissions: listOf(textOf(fields, 'permissions')),
      allowed_networks: listOf(textOf(fields, 'allowed_networks')),
    }
    setIssued(await act(() => proxima.serviceAccounts.apiKeys(account.id).create(body)))
    await queries.invalidateQueries({ queryKey: ['service-accounts'] })
  })
  if (issued !== null)
    return <SecretDialog title={`The key ${issued.name}`} value={issued.key} close={close} />
  return (
    <Dialog title={`A key for ${account.name}`} description="It is shown once." close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={['name']} />
        <Field label="Name" name="name" hint="Where the key is used." error={form.error} required />
        <Field
          label="Permissions"
          name="permissions"
          hint="Separated by spaces, such as users:read. The account must have each of them."
          isOptional
          autoCapitalize="none"
          spellCheck={false}
        />
        <Field
          label="Networks"
          name="allowed_networks"
          hint="From which it works, such as 192.0.2.0/24. If empty, from everywhere."
          isOptional
          autoCapitalize="none"
          spellCheck={false}
        />
        <FormActions isBusy={form.isBusy} busyText="Creating…" close={close}>
          Create the key
        </FormActions>
      </form>
    </Dialog>
  )
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/[\s,]+/)
}
