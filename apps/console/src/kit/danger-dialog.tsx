import { act } from '../acts/act.ts'
import { queries } from '../api/queries.ts'
import { Dialog } from './dialog.tsx'
import { FormActions, FormFailure, useForm } from './form.tsx'
import { notify } from './toasts.tsx'

interface DangerDialogProps {
  readonly title: string
  readonly description: string
  readonly work: () => Promise<unknown>
  /** What to say then. */
  readonly done: string
  readonly button: string
  readonly busyText: string
  readonly close: () => void
}

/** Asks before something that cannot be taken back. */
export function DangerDialog({ title, description, work, done, button, busyText, close }: DangerDialogProps) {
  const form = useForm(async () => {
    await act(work)
    await queries.invalidateQueries()
    notify(done)
    close()
  })
  return (
    <Dialog title={title} description={description} close={close}>
      <form onSubmit={form.onSubmit}>
        <FormFailure error={form.error} />
        <FormActions isBusy={form.isBusy} busyText={busyText} isDanger close={close}>
          {button}
        </FormActions>
      </form>
    </Dialog>
  )
}
