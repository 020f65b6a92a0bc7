import type { CreatedUser } from '@proxima/client'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { act } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, textOf, useForm } from '../kit/form.tsx'
import { Once } from '../kit/once.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { notify } from '../kit/toasts.tsx'

interface CreateDialogProps {
  readonly invites: boolean
  readonly close: () => void
}

const names = ['username', 'email', 'phone_number', 'full_name'] as const

/** Makes an account. An invited person chooses their own password; otherwise the secret is shown once. */
export function CreateDialog({ invites, close }: CreateDialogProps) {
  const [created, setCreated] = useState<CreatedUser | null>(null)
  const [, navigate] = useLocation()
  const form = useForm(async (fields) => {
    const given = Object.fromEntries(
      names.flatMap((name) => {
        const text = textOf(fields, name)
        return text === undefined ? [] : [[name, text]]
      }),
    )
    const user = await act(() => proxima.users.create({ ...given, invite: invites }))
    await queries.invalidateQueries({ queryKey: ['users'] })
    if (user.user_secret) return setCreated(user)
    notify(invites ? `${nameOf(user)} is invited` : `${nameOf(user)} has an account`)
    close()
    navigate(`/${user.id}`)
  })
  if (created !== null) return <SecretDialog user={created} close={close} />
  return (
    <Dialog
      title={invites ? 'Invite a person' : 'Create an account'}
      description={
        invites
          ? 'They get a link by email or text, and choose their password.'
          : 'At least one of username, email and phone.'
      }
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} names={names} />
        <Field label="Name" name="full_name" isOptional error={form.error} />
        {!invites && (
          <Field
            label="Username"
            name="username"
            isOptional
            error={form.error}
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        <Field label="Email" name="email" type="email" isOptional error={form.error} />
        <Field
          label="Phone"
          name="phone_number"
          type="tel"
          isOptional
          error={form.error}
          className="input ltr"
        />
        <FormActions isBusy={form.isBusy} busyText={invites ? 'Inviting…' : 'Creating…'} close={close}>
          {invites ? 'Send the invitation' : 'Create'}
        </FormActions>
      </form>
    </Dialog>
  )
}

function SecretDialog({ user, close }: { readonly user: CreatedUser; readonly close: () => void }) {
  return (
    <Dialog
      title={`The secret of ${nameOf(user)}`}
      description="It is the only way to sign in to this account. We show it this once and keep no copy."
      close={close}
    >
      <Once value={user.user_secret ?? ''} close={close} />
    </Dialog>
  )
}
