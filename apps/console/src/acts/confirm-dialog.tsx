import { proxima } from '../api/proxima.ts'
import { useSignInStatus } from '../api/session.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, FormFailure, typedOf, useForm } from '../kit/form.tsx'
import { answerAll, useIsAsked } from './confirmation.ts'

/** Asks for the password: before an act that needs a recent sign-in, or if the session has ended elsewhere. */
export function ConfirmDialog() {
  const isAsked = useIsAsked()
  const isSignedOut = useSignInStatus() === 'signed_out'
  if (isSignedOut)
    return (
      <PasswordDialog
        title="You were signed out in another window"
        description="Sign in again to go on. What you typed here is kept."
        button="Sign in"
        close={() => location.reload()}
      />
    )
  if (!isAsked) return null
  return (
    <PasswordDialog
      title="Confirm it is you"
      description="This act needs a recent sign-in. After this, we do not ask again for a few minutes."
      button="Confirm"
      close={() => answerAll(false)}
    />
  )
}

interface PasswordDialogProps {
  readonly title: string
  readonly description: string
  readonly button: string
  readonly close: () => void
}

function PasswordDialog({ title, description, button, close }: PasswordDialogProps) {
  const { me } = useAdministrator()
  const identifier = me.username ?? me.email ?? me.phone_number ?? ''
  const form = useForm(async (fields) => {
    await proxima.auth.login({ identifier, password: typedOf(fields, 'password') })
    answerAll(true)
  })
  return (
    <Dialog title={title} description={description} close={close}>
      <form className="stack" onSubmit={form.onSubmit}>
        <FormFailure error={form.error} />
        <p>
          You are <b>{identifier}</b>.
        </p>
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <FormActions isBusy={form.isBusy} busyText="Checking…" close={close}>
          {button}
        </FormActions>
      </form>
    </Dialog>
  )
}
